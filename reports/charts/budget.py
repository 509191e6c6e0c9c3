"""The expected best score against what a search costs, in trials and in seconds."""

import numpy as np
import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.search_limits import enough
from reports.analysis.trial_values import trial_values
from reports.charts.chart import (
    Chart,
    Spec,
    emphasis,
    first_of,
    foreground,
    grey_first,
    names_at_ends,
    quantity,
    specification,
    tooltip,
    variant_colour,
)
from reports.records.load import StudyRecords
from reports.statistics.budget_curves import budget_curves

_MOST_POINTS = 60
_KEY = (
    "The mean of the best of n trials over all choices of n, on the {split} split: what a search of that size finds. "
    "Highlight a variant to see the band that nine searches in ten lie in. A pruned trial counts as its last score, "
    "but no better than the median of the complete ones; a diverged one as noise. The first few are named at the ends "
    "of their lines."
)
_HEIGHT = 340


def budget_by_seconds(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """Against the seconds that so many trials train and are scored."""
    return _chart(records, board, "seconds", "Seconds of search")


def budget_by_trials(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """Against the number of trials."""
    return _chart(records, board, "trials", "Trials")


def _chart(records: StudyRecords, board: pd.DataFrame, by: str, title: str) -> Chart:
    score = records.spec.score
    data = grey_first(_thinned(records), board)
    label = f"Expected best {score_column(score.objective).label}"
    along = quantity(by, title, data[by])
    # The band of one variant may reach up to noise: it is cut off rather than all lines pressed together.
    height = quantity("expected", label, data["expected"])
    domain = (float(data["expected"].min()), float(data["expected"].max())) if len(data) else (0.0, 1.0)
    scale = height["scale"] | {"domain": list(domain)}
    details = tooltip(variant="Variant", trials="Trials", seconds="Seconds", expected=label, low="5 %", high="95 %")
    colour = variant_colour(records, board)
    band: Spec = {
        "mark": {"type": "area", "clip": True},
        "encoding": {
            "y": height | {"field": "low", "scale": scale},
            "y2": {"field": "high"},
            "opacity": emphasis(0.0, picked=0.25, faint=0.0),
        },
    }
    line: Spec = {
        "mark": {"type": "line", "point": {"size": 28}, "clip": True},
        "encoding": {"y": height | {"scale": scale}, "opacity": foreground(board), "tooltip": details},
    }
    names = names_at_ends(data, board, ("trials", "expected"), domain, _HEIGHT)
    names["encoding"]["y"] = height | {"scale": scale}
    encoding = {"x": along, "color": colour}
    spec = specification(first_of(board), _HEIGHT, encoding=encoding, layer=[band, line, names])
    key = _KEY.format(split=score.search_split)
    return Chart(f"budget-{by}", f"Expected best by {title.lower()}", key, data, spec)


def _thinned(records: StudyRecords) -> pd.DataFrame:
    """Few enough points a variant: all of the first ones, where curves bend, and the last."""
    curves = budget_curves(enough(trial_values(records)))
    finite = curves[np.isfinite(curves["expected"]) & np.isfinite(curves["high"]) & curves["seconds"].notna()]
    kept = []
    for _, own in finite.groupby("variant", sort=False):
        places = np.unique(np.geomspace(1, len(own), min(_MOST_POINTS, len(own))).round().astype(int)) - 1
        kept.append(own.iloc[places])
    columns = ["variant", "trials", "seconds", "expected", "low", "high"]
    return pd.DataFrame(pd.concat(kept) if kept else finite, columns=columns)
