import vl_convert

from reports.charts.vega import VEGA_LITE, vega_bundle


def test_the_bundle_defines_what_the_page_calls_and_can_lie_in_a_script_element() -> None:
    bundle = vega_bundle()
    assert "window.vegaEmbed=" in bundle
    assert "</script" not in bundle
    assert len(bundle.encode()) < 1_200_000


def test_the_release_is_one_that_is_carried() -> None:
    assert VEGA_LITE in vl_convert.get_vegalite_versions()
