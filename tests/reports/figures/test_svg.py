import math
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports.figures.palette import FAINT
from reports.figures.svg import STYLE, canvas, emptied, inline_svg, log_ticks, set_scale, sharing_paths


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


def test_what_pictures_have_in_common_is_in_the_first_of_them_alone() -> None:
    common = np.random.default_rng(0).random((300, 2))

    def picture(place: int, own: float) -> str:
        figure, axes = canvas(200, 100, (30, 20, 5, 5))
        axes.plot(*common.T, color=FAINT, clip_on=False)
        axes.plot([0, 1], [own, own], color=FAINT)
        return inline_svg(figure, f"name-{place}", "lines")

    with mpl.rc_context(STYLE):
        whole = [picture(place, own) for place, own in enumerate((0.2, 0.4, 0.6))]
        others = [picture(3, 0.2)]
    first, *rest = sharing_paths(whole, "name")
    assert first.replace(' id="name-shared-0"', "") == whole[0]
    elements = ElementTree.fromstring(first.replace("xlink:href", "href")).iter()
    (path,) = [element for element in elements if element.get("id") == "name-shared-0"]
    assert len(str(path.get("d"))) > 300 * 5
    for each, before in zip(rest, whole[1:], strict=True):
        assert each.count('<use xlink:href="#name-shared-0"/>') == 1
        assert len(before) - len(each) > 300 * 5
        assert str(path.get("d")) in before.replace("\n", " ")
    # Who has nothing in common with another stays as it is.
    assert sharing_paths(others, "name") == others
