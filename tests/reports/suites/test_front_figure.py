from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest

from reports.figures.palette import CSS_COLOURS, GREY
from reports.suites.front_figure import front_figure
from reports.suites.standing import Standing

COLOUR = "#040401"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("xlink:href", "href"))


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter() if element.tag.endswith("text")]


@pytest.fixture
def made(stands: Standing) -> Standing:
    """Four variants, of which b is the cheapest, a the best, c dominated by b, and d costs nobody knows what."""
    frame = pd.DataFrame(
        {
            "variant": ["a", "b", "c", "d"],
            "interquartile_mean": [0.9, 0.8, 0.5, 0.4],
            "interquartile_mean_low": [0.88, 0.78, 0.48, 0.38],
            "interquartile_mean_high": [0.92, 0.82, 0.52, 0.42],
            "seconds": [100.0, 10.0, 20.0, float("nan")],
            "front_seconds": [True, True, False, False],
            "parameters": [2e6, 1e6, 1.5e6, float("nan")],
            "front_parameters": [True, True, False, False],
        }
    )
    return replace(stands, variants=frame)


def test_the_front_is_named_from_the_cheapest_up(made: Standing) -> None:
    svg = parsed(front_figure(made, dict.fromkeys("abcd", COLOUR), "seconds", 780))
    assert svg.attrib["aria-label"] == (
        "Interquartile mean against training time. On the front, from the cheapest up: b and a"
    )
    assert {"a", "b", "c"} <= set(texts(svg))
    assert "d" not in texts(svg)
    assert "Training seconds, all data sets together (logarithmic)" in texts(svg)


def test_those_on_the_front_are_filled_and_others_hollow_and_grey(made: Standing) -> None:
    svg = parsed(front_figure(made, dict.fromkeys("abcd", COLOUR), "seconds", 780))
    marks = [element.get("style", "") for element in svg.iter() if element.tag.endswith("use")]
    assert sum(f"fill: {CSS_COLOURS[COLOUR]}" in style for style in marks) == 2
    hollow = [style for style in marks if f"fill: {CSS_COLOURS[COLOUR]}" not in style and CSS_COLOURS[GREY] in style]
    assert len(hollow) == 1


def test_parameters_are_told_in_thousands_and_millions(made: Standing) -> None:
    svg = parsed(front_figure(made, dict.fromkeys("abcd", COLOUR), "parameters", 780))
    assert {"1.0M", "2.0M"} <= set(texts(svg))


def test_a_name_that_would_lie_upon_another_is_left_out(made: Standing) -> None:
    frame = pd.concat([made.variants.iloc[[2]].assign(variant=f"like-c-{n}") for n in range(6)])
    crowded = replace(made, variants=pd.concat([made.variants, frame], ignore_index=True))
    names = crowded.variants["variant"]
    svg = parsed(front_figure(crowded, dict.fromkeys(names, COLOUR), "seconds", 780))
    # Of seven in one place, one to the right and one to the left at most; those on the front are all named.
    assert {"a", "b"} <= set(texts(svg))
    assert 1 <= sum("c" in text and len(text) < 9 for text in texts(svg) if text in set(names)) <= 2


def test_without_known_costs_there_is_no_figure(made: Standing) -> None:
    assert front_figure(replace(made, variants=made.variants.assign(seconds=float("nan"))), {}, "seconds", 780) == ""
