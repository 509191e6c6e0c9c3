"""Draws with Matplotlib and turns the drawing into SVG that lies within a page and takes its colours and font."""

import html
import io
import math
import re
from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from reports.figures.palette import CSS_COLOURS, FAINT, TEXT

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name is a name, whatever its dollar signs
    "svg.hashsalt": "report",
    "font.size": 8,
    "text.color": TEXT,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": TEXT,
    "ytick.labelcolor": TEXT,
    "xtick.major.size": 2,
    "ytick.major.size": 2,
}
_POINTS_AN_INCH = 72
# Attributes that say where something is: there a tenth of a point is less than a screen's pixel, and what Matplotlib
# writes beyond it is most of a figure's text.
_PLACES = re.compile(r'\s(?:d|x|y|transform)="[^"]*"')
# The marks of one line, each with the style of all.
_MARKS = re.compile(
    r'<g (clip-path="[^"]*")>\n((?:<use [^>]*? style="([^"]*)"/>\n)(?:<use [^>]*? style="\3"/>\n)+)</g>'
)
_LONG = re.compile(r"\d+\.\d{2,}")


def canvas(width: float, height: float, margins: tuple[float, float, float, float]) -> tuple[Figure, Axes]:
    """An empty figure with one pair of axes; call it within `matplotlib.rc_context(STYLE)`.

    Args:
        width: In points.
        height: In points.
        margins: Left, bottom, right and top, in points.
    """
    left, bottom, right, top = margins
    figure = Figure(figsize=(width / _POINTS_AN_INCH, height / _POINTS_AN_INCH))
    box = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return figure, figure.add_axes(box)


def emptied(axes: Axes) -> None:
    """Take out what is drawn, and forget how far it reached; scales, ticks and labels stay."""
    for artist in (*axes.lines, *axes.collections):
        artist.remove()
    axes.dataLim.set(Bbox.null())
    axes.ignore_existing_data_limits = True


def inline_svg(figure: Figure, name: str, alt: str, behind: str = "") -> str:
    """The figure as an `<svg>` element without a size of its own.

    Args:
        figure: Drawn in the colours of `reports.figures.palette`.
        name: Unique within the page; it keeps ids apart. Letters, digits, - and _; others become a dash.
        alt: What it shows, for those who do not see it.
        behind: What lies behind it: from `svg_group`, or a `<use>` of that.
    """
    box, body = _drawn(figure, name)
    return f'<svg {box} role="img" aria-label="{html.escape(alt)}">{behind}{body}</svg>\n'


def svg_group(figure: Figure, name: str) -> str:
    """The figure as a `<g>` element, for what lies behind several figures of its size: the page needs it once.

    Nothing in it may be clipped: that would be hidden with the one that has it, where a page can hide that.

    Args:
        figure: As for `inline_svg`.
        name: Its id, unique within the page.
    """
    return f'<g id="{name}">{_drawn(figure, name)[1]}</g>'


def _drawn(figure: Figure, name: str) -> tuple[str, str]:
    """The view box of a figure, and all that is in it."""
    buffer, prefix = io.StringIO(), re.sub(r"[^A-Za-z0-9_-]", "-", name)
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", transparent=True, metadata=metadata)
    text = buffer.getvalue()
    box = re.search(r'viewBox="[^"]*"', text)
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", text.partition("<defs>")[2], flags=re.S)
    body = re.sub(r'((?:\sid|xlink:href)="#?|url\(#)', rf"\g<1>{prefix}-", f"<defs>{body}")
    body = re.sub(r"font-family: [^;\"]*", "font-family: var(--font)", body)
    body = re.sub("|".join(CSS_COLOURS), lambda match: CSS_COLOURS[match[0]], body)
    body = _lean(body.rpartition("</svg>")[0])
    body = _PLACES.sub(lambda match: _LONG.sub(_rounded, match[0]), re.sub(r"\n\s*", "\n", body))
    return box[0] if box else "", _MARKS.sub(_styled_once, body)


def _styled_once(marks: re.Match[str]) -> str:
    style = f' style="{marks[3]}"'
    return f"<g {marks[1]}{style}>\n{marks[2].replace(style, '')}</g>"


def _lean(body: str) -> str:
    """Without what draws nothing: turns by no angle, boxes without ink, and ids that nothing refers to."""
    body = re.sub(r'\stransform="rotate\(-?0 [^"]*"', "", body)
    body = re.sub(r'<path d="[^"]*" style="fill: none"/>', "", body)
    wanted = set(re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', body))
    return re.sub(r'\sid="([^"]*)"', lambda match: match[0] if match[1] in wanted else "", body)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Round positions for a logarithmic axis, at most `most` where whole decades allow it.

    Args:
        low: Lower end, > 0.
        high: Upper end.
        most: Ticks wanted.
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    within: list[float] = []
    for steps in ((1, 1.5, 2, 3, 4, 5, 7), (1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        within = [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]
        if len(within) <= most:
            break
    return within


def set_scale(axes: Axes, side: str, values: Iterable[float], most: int = 5) -> bool:
    """Fit the "x" or "y" axis around values: logarithmic if all are positive, else linear.

    Args:
        axes: What to scale.
        side: "x" or "y".
        values: NaN and infinities among them are left out.
        most: Ticks wanted.

    Returns:
        Whether the axis is logarithmic.
    """
    finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    axis = getattr(axes, f"{side}axis")
    if low <= 0:
        room = 0.05 * (high - low) or 0.5
        axes.set(**{f"{side}lim": (low - room, high + room)})
        axis.set_major_locator(MaxNLocator(most))
        return False
    room = max((high / low) ** 0.05, 1.1)
    low, high = low / room, high * room
    ticks = log_ticks(low, high, most)
    axes.set(**{f"{side}scale": "log", f"{side}lim": (low, high)})
    axis.set_ticks([], minor=True)
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    return True
