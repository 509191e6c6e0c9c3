from importlib.resources import files

from reports.figures.palette import CSS_COLOURS, colours, css_colours


def test_six_variants_differ_and_a_seventh_repeats_the_first() -> None:
    found = colours([f"variant-{n}" for n in range(7)])
    assert len(set(found.values())) == 6
    assert found["variant-6"] == found["variant-0"]
    assert set(found.values()) <= CSS_COLOURS.keys()


def test_every_stand_in_has_a_colour_in_both_themes() -> None:
    css = (files("reports.output") / "templates" / "report.css").read_text(encoding="utf-8")
    light, _, dark = css.partition("prefers-color-scheme: dark")
    for variable in CSS_COLOURS.values():
        name = variable.removeprefix("var(").removesuffix(")")
        assert f"{name}:" in light
        assert f"{name}:" in dark


def test_figures_of_the_browser_have_the_same_colours() -> None:
    assert css_colours(["a", "b"]) == {"a": "var(--series-0)", "b": "var(--series-1)"}
