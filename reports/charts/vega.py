"""Vega-Lite, to be laid into the page: the library that draws its interactive charts."""

from functools import cache

# The specifications of `reports.charts` are written for this release, whatever others vl-convert carries.
VEGA_LITE = "6.4"
# Without it nothing of the libraries would be kept.
_SNIPPET = "window.vegaEmbed=vegaEmbed;"


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script that defines `vegaEmbed`; about 0.9 MB.

    From vl-convert-python, which carries them: nothing is fetched.
    """
    import vl_convert

    return vl_convert.javascript_bundle(_SNIPPET, vl_version=VEGA_LITE).replace("</script", "<\\/script")
