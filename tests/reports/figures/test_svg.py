import math
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from reports.figures.palette import FAINT
from reports.figures.svg import STYLE, canvas, inline_svg, log_ticks, set_scale


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
