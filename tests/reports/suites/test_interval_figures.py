import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from reports.suites.colours import suite_colours
from reports.suites.interval_figures import AGGREGATES, aggregate_figure, improvement_figure
from reports.suites.standing import Standing
from reports.suites.suite import Suite


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("xlink:href", "href"))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter() if element.tag.endswith("text")]


@pytest.mark.parametrize("dots", AGGREGATES, ids=lambda dots: dots.name)
def test_every_variant_is_named_with_its_value(suite: Suite, stands: Standing, dots) -> None:
    svg = aggregate_figure(stands, suite_colours(suite, stands), dots, 400)
    label = parsed(svg).attrib["aria-label"]
    values = stands.variants.set_index("variant")[dots.column]
    told = "; ".join(f"{name} {values[name]:.3g}" for name in ("hinge", "dcgan", "wgan-gp"))
    assert label == f"{dots.title}: {told}"
    # Drawn from the lowest place up.
    assert [text for text in texts(svg) if text in values.index] == ["wgan-gp", "dcgan", "hinge"]


def bands(svg: str) -> int:
    styles = [element.get("style", "") for element in parsed(svg).iter() if element.tag.endswith("path")]
    return sum(bool(re.search(r"stroke-width: 5(;|$)", style)) for style in styles)


def test_a_band_is_as_wide_as_its_interval_and_without_one_there_is_none(suite: Suite, stands: Standing) -> None:
    colours = suite_colours(suite, stands)
    assert bands(aggregate_figure(stands, colours, AGGREGATES[0], 400)) == 3
    unknown = stands.variants.assign(interquartile_mean_low=float("nan"), interquartile_mean_high=float("nan"))
    assert bands(aggregate_figure(replace(stands, variants=unknown), colours, AGGREGATES[0], 400)) == 0


def test_the_nearest_rival_of_the_best_comes_first(suite: Suite, stands: Standing) -> None:
    svg = improvement_figure(stands, suite_colours(suite, stands), 400)
    values = stands.improvement.set_index("over")["probability"]
    told = f"dcgan {values['dcgan']:.3g}; wgan-gp {values['wgan-gp']:.3g}"
    assert parsed(svg).attrib["aria-label"] == f"Probability that hinge is better: {told}"


def test_nothing_to_draw(stands: Standing) -> None:
    none = replace(stands, variants=stands.variants.iloc[:0], improvement=stands.improvement.iloc[:0])
    assert aggregate_figure(none, {}, AGGREGATES[0], 400) == ""
    assert improvement_figure(none, {}, 400) == ""


def test_long_names_have_room(suite: Suite, stands: Standing) -> None:
    long = stands.variants.assign(variant=["relativistic-average-gan", "b", "c", "d"])
    svg = aggregate_figure(
        replace(stands, variants=long), dict.fromkeys(long["variant"], "#040400"), AGGREGATES[0], 400
    )
    name = next(e for e in parsed(svg).iter() if e.tag.endswith("text") and e.text == "relativistic-average-gan")
    # Its right end, from which it reaches 24 letters of about 4.5 points to the left.
    place = re.search(r"translate\(([\d.]+)", name.get("transform", "")) or re.search(r"([\d.]+)", name.get("x", ""))
    assert place is not None
    assert float(place[1]) > 0 if "text-anchor: end" not in name.get("style", "") else float(place[1]) > 24 * 4.5
