from importlib.resources import files

from reports.analysis.families import FAMILIES, OTHER
from reports.figures.palette import CSS_COLOURS, colours, css_colours, legend


def test_families_differ_and_a_family_has_one_colour() -> None:
    found = colours({family: family for family in (*FAMILIES, OTHER)} | {"second": FAMILIES[0]})
    assert len(set(found.values())) == 7
    assert found["second"] == found[FAMILIES[0]]
    assert set(found.values()) <= CSS_COLOURS.keys()


def test_every_stand_in_has_a_colour_in_both_themes() -> None:
    css = (files("reports.output") / "templates" / "report.css").read_text(encoding="utf-8")
    light, _, dark = css.partition("prefers-color-scheme: dark")
    for variable in CSS_COLOURS.values():
        name = variable.removeprefix("var(").removesuffix(")")
        assert f"{name}:" in light
        assert f"{name}:" in dark


def test_figures_of_the_browser_have_the_same_colours() -> None:
    assert css_colours({"a": "Wasserstein", "b": "cross-entropy"}) == {"a": "var(--series-1)", "b": "var(--series-0)"}


def test_the_legend_has_the_families_that_are_there_in_the_order_of_the_colours() -> None:
    found = legend({"a": OTHER, "b": "Wasserstein", "c": "cross-entropy", "d": "Wasserstein"})
    assert list(found.items()) == [
        ("cross-entropy", "var(--series-0)"), ("Wasserstein", "var(--series-1)"), (OTHER, "var(--series-6)"),
    ]  # fmt: skip
