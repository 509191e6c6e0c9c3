"""Losses and outputs of every final run as a PNG, for slides and for those who want to see each run by itself.

Hundreds of them cost a minute, so one that is there already and is of the same numbers is left as it is.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from benchmark.files import atomic_write
from benchmark.records import CURVES, TrialRecord
from reports.records.load import StudyRecords, points_frame

FOLDER = "losses"
_SIDES = (("loss_discriminator", "loss_generator"), ("output_real", "output_fake"))
_INCHES, _DOTS, _COLOURS = (8.0, 3.2), 100, 64
_DIGEST = "Source"
_LONGEST = 100
_INKS = ("#005a94", "#b84c00")


def plot_path(variant: str, number: int) -> str:
    """Where the plot of a final run lies, from the report's folder on."""
    plain = re.sub("[^A-Za-z0-9_.+-]+", "-", variant)[:_LONGEST]
    # Names that are no names of files stay apart by a digest.
    name = variant if plain == variant else f"{plain}-{sha256(variant.encode()).hexdigest()[:8]}"
    return f"{FOLDER}/{name}-final-{number:04d}.png"


def write_loss_plots(records: StudyRecords, folder: Path) -> None:
    """Draw what is missing of the final runs that ended.

    Args:
        records: The study.
        folder: The report's.
    """
    _draw_missing(records.curves, folder)


def write_plots_of(records: Iterable[TrialRecord], folder: Path) -> None:
    """The same of some final runs, of found or of a paper's settings, before there is a report of them."""
    named = (((each.config.entrant, "final", each.config.number), each) for each in records)
    _draw_missing(points_frame(named), folder)


def _draw_missing(curves: pd.DataFrame, folder: Path) -> None:
    missing = [
        (path, name, own, digest) for path, name, own, digest in _wanted(curves, folder) if _digest_of(path) != digest
    ]
    if missing:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        _draw(missing)


def _wanted(curves: pd.DataFrame, folder: Path) -> Iterator[tuple[Path, str, pd.DataFrame, str]]:
    """Path, name, points and their digest of each final run that left curves."""
    finals = curves[curves["kind"] == "final"]
    for (variant, number), own in finals.groupby(["variant", "number"], sort=False):
        digest = sha256(pd.util.hash_pandas_object(own, index=False).to_numpy().tobytes()).hexdigest()
        yield folder / plot_path(str(variant), int(str(number))), f"{variant}, final run {number}", own, digest


def _digest_of(path: Path) -> str:
    """Of the points that a plot was drawn of; "" if there is none."""
    try:
        with Image.open(path) as image:
            return str(image.info.get(_DIGEST, ""))
    except (OSError, UnidentifiedImageError):
        return ""


def _draw(plots: list[tuple[Path, str, pd.DataFrame, str]]) -> None:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(
        {"text.parse_math": False, "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        # One figure for all: to make its axes anew costs more than to draw what is in them.
        figure = Figure(figsize=_INCHES, dpi=_DOTS)
        canvas, sides = FigureCanvasAgg(figure), [figure.add_axes((left, 0.15, 0.41, 0.7)) for left in (0.075, 0.575)]
        lines = {}
        for axes, names in zip(sides, _SIDES, strict=True):
            axes.set_xlabel("Discriminator updates")
            for name, ink, style in zip(names, _INKS, ("-", "--"), strict=True):
                (lines[name],) = axes.plot([], [], color=ink, linestyle=style, linewidth=1.3, label=CURVES[name].label)
            axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
        title = figure.text(0.01, 0.985, "", va="top", fontsize=10, fontweight="bold")
        for path, name, own, digest in plots:
            title.set_text(name)
            for curve, line in lines.items():
                points = own[(own["curve"] == curve) & np.isfinite(own["value"])]
                line.set_data(points["step"], points["value"])
            for axes in sides:
                axes.relim()
                axes.autoscale_view()
            canvas.draw()  # type: ignore[no-untyped-call]
            pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
            _save(pixels, path, digest)


def _save(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", path: Path, digest: str) -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text(_DIGEST, digest)
    with atomic_write(path) as unfinished:
        picture = Image.fromarray(pixels).convert("RGB")
        # The few pixels of a thin line keep their colour, which the median cut would mix with black.
        picture.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE).save(unfinished, "PNG", pnginfo=told)
