import math
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports.figures.palette import FAINT, TEXT
from reports.figures.svg import STYLE, canvas, emptied, inline_svg, log_ticks, set_scale, svg_group


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(12.0, 1500.0, [30, 100, 300, 1000]), (35.0, 110.0, [40, 50, 70, 100]), (0.4, 7.5, [0.5, 1, 2, 5])],
)
def test_log_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert log_ticks(low, high, 4) == pytest.approx(ticks)


def test_positive_values_are_on_a_logarithmic_axis_and_others_are_not() -> None:
    with mpl.rc_context(STYLE):
        _, axes = canvas(200, 100, (10, 10, 10, 10))
        assert set_scale(axes, "x", [13.0, math.nan, 1300.0])
        assert not set_scale(axes, "y", [-0.01, 0.02])
    assert axes.get_xscale() == "log"
    assert axes.get_yscale() == "linear"
    assert axes.get_xlim()[0] < 13.0 < 1300.0 < axes.get_xlim()[1]


def test_svg_lies_within_a_page() -> None:
    with mpl.rc_context(STYLE):
        figure, axes = canvas(200, 100, (30, 20, 5, 5))
        axes.plot([1, 2], [1, 2], color=FAINT)
        text = inline_svg(figure, "name", 'a "b" < c')
    root = ElementTree.fromstring(text.replace("xlink:href", "href"))
    assert root.attrib == {"viewBox": "0 0 200 100", "role": "img", "aria-label": 'a "b" < c'}
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert ids
    assert all(name.startswith("name-") for name in ids)
    references = {element.attrib["href"] for element in root.iter() if "href" in element.attrib}
    assert references <= {f"#{name}" for name in ids}
    assert "var(--faint)" in text
    assert "#02020" not in text
    assert "http" not in text


def test_an_emptied_pair_of_axes_draws_as_a_fresh_one() -> None:
    def drawn(axes: Axes, values: list[float]) -> None:
        axes.plot(range(len(values)), values, color=FAINT)
        axes.fill_between(range(len(values)), values, color=FAINT)
        axes.xaxis.set_major_locator(MaxNLocator(4))

    with mpl.rc_context(STYLE):
        used, used_axes = canvas(200, 100, (30, 20, 5, 5))
        drawn(used_axes, [100.0, 9000.0, 3.0, 4.0, 5.0])
        inline_svg(used, "name", "first")
        emptied(used_axes)
        drawn(used_axes, [0.5, -0.25])
        fresh, fresh_axes = canvas(200, 100, (30, 20, 5, 5))
        drawn(fresh_axes, [0.5, -0.25])
        assert inline_svg(used, "name", "second") == inline_svg(fresh, "name", "second")


def test_what_lies_behind_several_pictures_is_a_group_of_its_own() -> None:
    with mpl.rc_context(STYLE):
        figure, axes = canvas(200, 100, (30, 20, 5, 5))
        axes.plot([0, 1], [0.2, 0.4], color=FAINT, clip_on=False)
        whole, group = inline_svg(figure, "name", "lines"), svg_group(figure, "name")
        axes.set_axis_off()
        emptied(axes)
        axes.plot([0, 1], [0.6, 0.6], color=TEXT)
        first, second = (
            inline_svg(figure, "a", "own", group),
            inline_svg(figure, "b", "own", '<use xlink:href="#name"/>'),
        )
    elements = [ElementTree.fromstring(each.replace("xlink:href", "href")) for each in (whole, first, second)]
    (behind,) = [element for element in elements[1] if element.get("id") == "name"]
    # All that was drawn of it by itself, and nothing that is clipped.
    assert [ElementTree.tostring(child) for child in behind] == [ElementTree.tostring(child) for child in elements[0]]
    assert "clip-path" not in group
    assert [element.get("href") for element in elements[2] if element.tag == "use"] == ["#name"]
    assert first.replace(group, '<use xlink:href="#name"/>').replace("#a-", "#b-").replace('"a-', '"b-') == second
    assert len(second) < len(whole) / 3


def test_marks_of_one_line_have_their_style_once() -> None:
    with mpl.rc_context(STYLE):
        figure, axes = canvas(200, 100, (30, 20, 5, 5))
        axes.set_axis_off()
        axes.plot(range(5), range(5), "o", color=FAINT)
        axes.plot([2.0], [3.0], "s", color=TEXT)
        drawn = ElementTree.fromstring(inline_svg(figure, "name", "marks").replace("xlink:href", "href"))
    groups = [group for group in drawn.iter("g") if group.get("clip-path")]
    assert [len(group.findall("use")) for group in groups] == [5, 1]
    assert "fill: var(--" in str(groups[0].get("style"))
    assert [mark.get("style") for mark in groups[0].findall("use")] == [None] * 5
    assert "fill: var(--" in str(groups[1].findall("use")[0].get("style"))
