"""Vega-Lite, to be laid into the page: the library that draws its interactive charts."""

from contextlib import suppress
from functools import cache
from importlib.metadata import version

from benchmark.digests import BLANK, KEY, is_whole, sealed
from benchmark.files import atomic_write
from benchmark.paths import Paths

# The specifications of `reports.charts` are written for this release, whatever others vl-convert carries.
VEGA_LITE = "6.4"
# Without it nothing of the libraries would be kept.
_SNIPPET = "window.vegaEmbed=vegaEmbed;"
_HEAD = f'/* "{KEY}": "{BLANK}" */\n'


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script that defines `vegaEmbed`; about 0.9 MB.

    From vl-convert-python, which carries them: nothing is fetched. What it takes a second to put together is kept
    beside other caches, where that can be written.
    """
    paths = Paths.here()
    kept = paths.cache / f"vega-{VEGA_LITE}-{version('vl-convert-python')}.js"
    with suppress(OSError):
        content = kept.read_bytes()
        if content.startswith(_HEAD.partition(BLANK)[0].encode()) and is_whole(content):
            return content[len(_HEAD) :].decode()
    bundle = _bundle()
    if paths.runs.is_dir():
        with suppress(OSError), atomic_write(kept) as unfinished:
            unfinished.write_bytes(sealed((_HEAD + bundle).encode()))
    return bundle


def _bundle() -> str:
    import vl_convert

    return vl_convert.javascript_bundle(_SNIPPET, vl_version=VEGA_LITE).replace("</script", "<\\/script")
