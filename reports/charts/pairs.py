"""Every variant against every other: how often a run of one beats a run of the other, and how sure that is."""

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.leaderboard import pairwise
from reports.charts.chart import Chart, Spec, first_of, specification, tooltip
from reports.records.load import StudyRecords
from reports.statistics.difference import SIGNIFICANT
from reports.statistics.scale import SCALES

# More names than these lie on each other on a phone unless they stand upright.
_ROW, _MOST_NUMBERS, _SLANTED = 26, 20, 12
# Cells of pairs that cannot be told apart are nearly the page's ground, with its ink.
_TOLD, _FADED = "datum.verdict === 'yes'", 0.15
# Pixels: of a cell, and of the numbers in it.
_READABLE, _LARGEST = 17, 10.5


def pairs_chart(records: StudyRecords, board: pd.DataFrame) -> Chart:
    """A cell a pair: the probability that the row's run scores better than the column's."""
    data = _both_ways(pairwise(records))
    order = [name for name in board["variant"] if name in set(data["variant"])]
    label = score_column(records.ranked_by).label
    shared = {
        "x": {"field": "other", "type": "nominal", "sort": order, "title": None,
              "axis": {"orient": "top", "labelAngle": -45 if len(order) <= _SLANTED else -90}},
        "y": {"field": "variant", "type": "nominal", "sort": order, "title": None},
    }  # fmt: skip
    cell: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "color": {"field": "wins", "type": "quantitative", "scale": {"scheme": "blueorange", "domain": [1, 0]},
                      "legend": {"orient": "top", "title": "Row beats column", "format": ".0%", "gradientLength": 160}},
            "opacity": {"condition": {"test": _TOLD, "value": 1}, "value": _FADED},
            "tooltip": tooltip(variant="Row", other="Column", wins="Row beats column", effect=f"{label}, column to row",
                               low="95 % from", high="to", adjusted="p, adjusted", verdict="Told apart"),
        },
    }  # fmt: skip
    # The middle of the colours is light whatever the page is, so the ink on them is not the page's.
    ink = {
        "condition": [
            {"test": f"!({_TOLD})", "value": "var(--muted)"},
            {"test": "abs(datum.wins - 0.5) > 0.3", "value": "#ffffff"},
        ],
        "value": "#1b1d21",
    }
    # As large as cells leave room for three digits and an asterisk, and none where that could not be read.
    cell_width = f"width / {max(1, len(order))}"
    size = {"expr": f"{cell_width} < {_READABLE} ? 0 : min({_LARGEST}, {cell_width} / 2.5)"}
    number: Spec = {
        "mark": {"type": "text", "fontSize": size},
        "encoding": {"text": {"field": "text", "type": "nominal"}, "color": ink},
    }
    layers = [cell, number] if len(order) <= _MOST_NUMBERS else [cell]
    key = (
        "How often a run of the row's variant scores better than one of the column's, in percent; faded where "
        f"they cannot be told apart, an asterisk where they can (Welch's t-test, adjusted by Holm for all "
        f"pairs, p < {SIGNIFICANT}). After a race "
        "this describes, and decides nothing: how many seeds each has depended on its scores."
    )
    spec = specification(first_of(board), 90 + _ROW * len(order), encoding=shared, layer=layers)
    return Chart("pairs", "Pair by pair", key, data, spec)


def _both_ways(compared: pd.DataFrame) -> pd.DataFrame:
    """Each pair as it is and the other way round, since both halves of the square are looked at."""
    columns = ["one", "other", "effect", "low", "high", "adjusted", "wins"]
    there = compared[columns]
    swapped = SCALES[compared["scale"].iloc[0]].swapped if len(compared) else float
    effect, low, high = (there[name].map(swapped) for name in ("effect", "high", "low"))
    back = there.assign(
        one=there["other"], other=there["one"], effect=effect, low=low, high=high, wins=1 - there["wins"]
    )
    both = pd.concat([there, back], ignore_index=True).rename(columns={"one": "variant"})
    apart = [p < SIGNIFICANT for p in both["adjusted"]]
    text = [f"{100 * wins:.0f}{'*' * told}" for wins, told in zip(both["wins"], apart, strict=True)]
    return both.assign(verdict=["yes" if told else "no" for told in apart], text=text)
