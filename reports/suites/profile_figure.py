"""Performance profiles: which share of each variant's runs has come how far."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import pandas as pd

from reports.figures.palette import FAINT, SURFACE
from reports.figures.svg import STYLE, canvas, inline_svg
from reports.suites.standing import Standing
from reports.text.formats import percent

_HEIGHT, _MARGINS = 300, (40, 34, 14, 10)
# Beside the colour, which two of one family share.
_DASHES: tuple[object, ...] = (
    "-",
    (0, (6, 2)),
    (0, (1.5, 1.5)),
    (0, (6, 2, 1.5, 2)),
    (0, (10, 3)),
    (0, (3, 1, 1, 1, 1, 1)),
)
_HALF = 0.5


def profile_figure(stands: Standing, few: Sequence[str], colours: Mapping[str, str], width: int) -> str:
    """A falling line a variant; the few are coloured, with their bands, and have a dash of their own.

    Args:
        stands: Of the suite.
        few: From `reports.suites.colours.shown`.
        colours: From `reports.suites.colours.suite_colours`.
        width: In points.

    Returns:
        An `<svg>` element, or "" where no variant has a profile.
    """
    profiles = stands.profiles
    if profiles.empty:
        return ""
    with mpl.rc_context(STYLE):
        figure, axes = canvas(width, _HEIGHT, _MARGINS)
        for _, own in profiles[~profiles["variant"].isin(few)].groupby("variant", sort=False):
            axes.plot(own["threshold"], own["share"], color=FAINT, linewidth=0.7, alpha=0.7)
        for name, dash in zip(few, _DASHES, strict=False):
            own, colour = profiles[profiles["variant"] == name], colours[name]
            axes.fill_between(own["threshold"], own["low"], own["high"], color=colour, alpha=0.15, linewidth=0)
            axes.plot(own["threshold"], own["share"], color=colour, linewidth=1.8, linestyle=dash, label=name)
        axes.legend(
            loc="lower left", frameon=True, facecolor=SURFACE, edgecolor="none", framealpha=0.85, handlelength=4
        )
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.set(xlabel="Share of the way from noise (0) to real images (1)", ylabel="Share of runs that came farther")
        return inline_svg(figure, f"profiles-{width}", _in_words(profiles, few))


def _in_words(profiles: pd.DataFrame, few: Sequence[str]) -> str:
    """Of each of the few the share of runs that came farther than half of the way."""
    half = profiles[profiles["threshold"].sub(_HALF).abs() < 1e-9].set_index("variant")["share"]
    told = "; ".join(f"{name} {percent(half[name])}" for name in few)
    return f"Performance profiles. Runs that came farther than half of the way from noise to real images: {told}"
