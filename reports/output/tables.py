"""The leaderboard as a table of cells, for the page and for Markdown, and the same numbers as CSV."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

import pandas as pd

from benchmark.metrics.catalog import score_column
from benchmark.race.rules import Scale
from reports.analysis.leaderboard import baseline_scores, measured_scores, tested_scale
from reports.analysis.searches import unit_of
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import FEWEST, METHOD
from reports.statistics.scale import RATIO
from reports.text.formats import ABSENT, decimals_for, duration, fixed, plus_minus, short, span, thousands, times
from reports.text.published import Published, published
from reports.text.verdict import ALONE, is_in_alone

# Distances as a whole, before what they are made of.
_FIRST = ("manifold_error", "fid", "fid_infinity", "fd_dinov2", "mind", "cmmd")
_ENDINGS = {"pruned": "were pruned", "diverged": "diverged", "failed": "failed"}
GEOMETRIC_MEAN = "Geometric mean"
_BASELINES = {"floor": "real images against real images", "noise": "uniform noise"}


@dataclass(frozen=True)
class Heading:
    """Of a column.

    Attributes:
        label: Short, with an arrow that points to the better end.
        title: What it is.
        falling: Whether rows are sorted by it from the highest value down.
    """

    label: str
    title: str
    falling: bool = False


@dataclass(frozen=True)
class Row:
    """Of the table.

    Attributes:
        kind: "variant", "floor" or "noise".
        verdict: "contender", "out" or "untested"; "" of floor and noise.
        name: The variant, or the kind.
        note: What to know before believing it.
        cells: Text in the order of the headings.
        values: What the cells are sorted by; NaN where there is nothing.
    """

    kind: str
    verdict: str
    name: str
    note: str
    cells: list[str]
    values: list[float]


@dataclass(frozen=True)
class Table:
    """The leaderboard, to be read.

    Attributes:
        headings: Of the cells; verdict and name stand before them.
        rows: Variants in the order of the leaderboard, then floor and noise.
    """

    headings: list[Heading]
    rows: list[Row]


@dataclass(frozen=True)
class _Column:
    heading: Heading
    variant: Callable[["pd.Series[float]"], str]
    value: Callable[["pd.Series[float]"], float]
    baseline: Callable[[dict[str, float]], str] = lambda _: ABSENT


def leaderboard_table(records: StudyRecords, board: pd.DataFrame) -> Table:
    """Print a leaderboard.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    columns = _columns(records, board)
    rows = [
        Row(
            kind="variant",
            verdict=str(row["verdict"]),
            name=str(row["variant"]),
            note=str(row["note"]),
            cells=[column.variant(row) for column in columns],
            values=[float(column.value(row)) for column in columns],
        )
        for _, row in board.iterrows()
    ]
    for kind, note in _BASELINES.items():
        scores = baseline_scores(records, kind)
        cells = [column.baseline(scores) for column in columns]
        rows += [Row(kind, "", kind, note, cells, [math.nan] * len(cells))] if scores else []
    return Table([column.heading for column in columns], rows)


def _columns(records: StudyRecords, board: pd.DataFrame) -> list[_Column]:
    scored = [score for score in _tabled(records) if board[f"{score}_mean"].notna().any()]
    unit = unit_of(records.spec)
    columns = {score: [_mean_column(score, board, unit)] for score in scored}
    if "fid" in scored and "fid" in baseline_scores(records, "noise"):
        heading = Heading("% of noise", "Mean FID in percent of the FID of noise")
        columns["fid"].append(_Column(heading, _of_noise, itemgetter("percent_of_noise")))
    score, papers = records.ranked_by, published(records.protocols.get("final"), records.ranked_by)
    if score in scored:
        columns[score][1:1] = [
            _factor_column(records.spec.scale, unit),
            _stage_column(unit),
            _tested_column(records, board),
        ]
        columns[score][4:4] = [_published_column(score, papers)] if papers else []
    shown = [column for own in columns.values() for column in own]
    return [
        *shown,
        _units_column(unit),
        *_RUNS,
        *(_state_column(state) for state in _ENDINGS if state != "failed" or board[state].any()),
    ]


def _tabled(records: StudyRecords) -> list[str]:
    """The measured scores of which one end is better, in the order of the table: the one that ranks comes first."""
    measured, first = measured_scores(records), (records.ranked_by, *_FIRST)
    tabled = [name for name in measured if _belongs(name, records.ranked_by)]
    return sorted(tabled, key=lambda name: first.index(name) if name in first else len(first))


def _belongs(score: str, ranked_by: str) -> bool:
    column = score_column(score)
    return score == ranked_by or (column.is_tabled and column.lower_is_better is not None)


def _mean_column(score: str, board: pd.DataFrame, unit: str) -> _Column:
    decimals = decimals_for(board[f"{score}_mean"])
    column = score_column(score)
    arrow = {True: " \N{DOWNWARDS ARROW}", False: " \N{UPWARDS ARROW}", None: ""}[column.lower_is_better]
    title = f"{column.label}: mean ± standard deviation over {_several(unit)}"
    return _Column(
        Heading(column.label + arrow, title, falling=column.lower_is_better is False),
        lambda row: plus_minus(row[f"{score}_mean"], row[f"{score}_std"], decimals),
        itemgetter(f"{score}_mean"),
        lambda scores: fixed(scores.get(score, math.nan), decimals),
    )


def _factor_column(scale: Scale, unit: str) -> _Column:
    label = "Times the best" if scale == "ratio" else "Above the best"
    title = (
        f"How far above the best it is, from all {_several(unit)} of both, with its 95 % interval. Each interval is of "
        "one pair alone; the verdict is the race's, whose 95 % hold for all pairs and looks"
    )
    printed = times if scale == "ratio" else short

    def cell(row: "pd.Series[float]") -> str:
        alone = ALONE if is_in_alone(row, scale) else ""
        interval = f" ({printed(row['factor_low'])} to {printed(row['factor_high'])}{alone})"
        return printed(row["factor"]) + (interval if math.isfinite(row["factor_low"]) else "")

    return _Column(Heading(label, title), cell, itemgetter("factor"))


def _tested_column(records: StudyRecords, board: pd.DataFrame) -> _Column:
    """The middle with its interval, on the scale that is tested; of a mean, which is there already, the interval."""
    label, decimals = score_column(records.ranked_by).label, decimals_for(board["centre"])
    by = f"by {METHOD}, from {FEWEST} {_several(unit_of(records.spec))} on"
    if tested_scale(records) is RATIO:
        heading = Heading(GEOMETRIC_MEAN, f"Of {label}, as it is tested, with its 95 % interval, {by}")
        return _Column(heading, lambda row: _with_interval(row, decimals), itemgetter("centre"))
    heading = Heading("95 % interval", f"Of the mean {label}, {by}; sorted by its upper end")
    return _Column(heading, lambda row: _interval(row, decimals), _upper_end)


def _with_interval(row: "pd.Series[float]", decimals: int) -> str:
    return f"{fixed(row['centre'], decimals)} {_interval(row, decimals)}".removesuffix(f" {ABSENT}")


def _interval(row: "pd.Series[float]", decimals: int) -> str:
    return ABSENT if row["seeds"] < FEWEST else span(row["centre_low"], row["centre_high"], decimals)


def _upper_end(row: "pd.Series[float]") -> float:
    return row["centre_high"] if row["seeds"] >= FEWEST else math.nan


def _published_column(score: str, papers: dict[str, Published]) -> _Column:
    sources = "; ".join(dict.fromkeys(paper.source for paper in papers.values()))
    heading = Heading("Published", f"{score_column(score).label} that papers reported under this protocol: {sources}")
    decimals = decimals_for([paper.mean for paper in papers.values()])

    def cell(row: "pd.Series[float]") -> str:
        paper = papers.get(str(row["variant"]))
        if paper is None:
            return ABSENT
        return fixed(paper.mean, decimals) if math.isnan(paper.std) else plus_minus(paper.mean, paper.std, decimals)

    def mean(row: "pd.Series[float]") -> float:
        paper = papers.get(str(row["variant"]))
        return paper.mean if paper else math.nan

    return _Column(heading, cell, mean)


def _of_noise(row: "pd.Series[float]") -> str:
    return fixed(row["percent_of_noise"], decimals_for([row["percent_of_noise"]]) - 1)


def _several(unit: str) -> str:
    return {"seed": "seeds", "search": "searches"}[unit]


def _stage_column(unit: str) -> _Column:
    what = {"seed": "Final runs", "search": "Searches"}[unit]
    title = f"{what} of each variant at the look after which it was out of the race"
    return _Column(
        Heading("Left after", title, falling=True),
        lambda row: ABSENT if pd.isna(row["stage"]) else f"{row['stage']} {_several(unit)}",
        lambda row: math.nan if pd.isna(row["stage"]) else float(row["stage"]),
    )


def _units_column(unit: str) -> _Column:
    what = {"seed": "Final runs with a score", "search": "Searches of which all final runs have a score"}[unit]
    heading = Heading(_several(unit).capitalize(), what)
    return _Column(heading, lambda row: f"{row['seeds']:.0f}", itemgetter("seeds"))


def _parameters(row: "pd.Series[float]") -> str:
    sizes = [thousands(row[f"{player}_parameters"]) for player in ("generator", "discriminator")]
    return ABSENT if sizes == [ABSENT, ABSENT] else " / ".join(sizes)


def _state_column(state: str) -> _Column:
    heading = Heading(state.capitalize(), f"Trials of the search that {_ENDINGS[state]}, of those begun")
    return _Column(
        heading,
        lambda row: f"{row[state]:.0f}/{row['trials']:.0f}" if row["trials"] else ABSENT,
        lambda row: row[state] / row["trials"] if row["trials"] else math.nan,
    )


_RUNS = (
    _Column(
        Heading("Time", "Mean training time of a final run"),
        lambda row: duration(row["train_seconds"]),
        itemgetter("train_seconds"),
    ),
    _Column(
        Heading("Parameters G / D", "Of generator and discriminator; sorted by their sum"),
        _parameters,
        lambda row: row["generator_parameters"] + row["discriminator_parameters"],
    ),
)


def to_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV with every digit, so that reading it gives the same numbers."""
    return frame.to_csv(index=False, lineterminator="\n")
