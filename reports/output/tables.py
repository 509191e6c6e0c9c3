"""The leaderboard as a table of cells, for the page and for Markdown, and the same numbers as CSV."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.leaderboard import baseline_scores, measured_scores
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import METHOD
from reports.text.formats import ABSENT, decimals_for, duration, fixed, plus_minus, span, thousands
from reports.text.published import Published, published

_FIRST = ("manifold_error", "fid", "fid_infinity")  # the distances as a whole, before what they are made of
_ENDINGS = {"pruned": "were pruned", "diverged": "diverged", "failed": "failed"}
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
        rank: "1" for the best, a dash where there is none.
        name: The variant, or the kind.
        note: What to know before believing it.
        cells: Text in the order of the headings.
        values: What the cells are sorted by; NaN where there is nothing.
    """

    kind: str
    rank: str
    name: str
    note: str
    cells: list[str]
    values: list[float]


@dataclass(frozen=True)
class Table:
    """The leaderboard, to be read.

    Attributes:
        headings: Of the cells; rank and name stand before them.
        rows: Variants, best first, then floor and noise.
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
            rank=ABSENT if pd.isna(row["rank"]) else str(row["rank"]),
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
    columns = [_mean_column(score, board) for score in scored]
    if records.ranked_by in scored:
        columns.insert(scored.index(records.ranked_by) + 1, _interval_column(records.ranked_by, board))
    papers = published(records.protocols.get("final"), records.ranked_by)
    if papers and records.ranked_by in scored:
        columns.insert(scored.index(records.ranked_by) + 2, _published_column(records.ranked_by, papers))
    if "fid" in scored and "fid" in baseline_scores(records, "noise"):
        heading = Heading("% of noise", "Mean FID in percent of the FID of noise")
        columns.insert(scored.index("fid") + 2, _Column(heading, _of_noise, itemgetter("percent_of_noise")))
    return [*columns, *_RUNS, *(_state_column(state) for state in _ENDINGS if state != "failed" or board[state].any())]


def _tabled(records: StudyRecords) -> list[str]:
    """The measured scores of which one end is better, in the order of the table."""
    measured = measured_scores(records)
    tabled = [name for name in measured if _belongs(name, records.ranked_by)]
    return sorted(tabled, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))


def _belongs(score: str, ranked_by: str) -> bool:
    column = score_column(score)
    return score == ranked_by or (column.is_tabled and column.lower_is_better is not None)


def _mean_column(score: str, board: pd.DataFrame) -> _Column:
    decimals = decimals_for(board[f"{score}_mean"])
    column = score_column(score)
    arrow = {True: " \N{DOWNWARDS ARROW}", False: " \N{UPWARDS ARROW}", None: ""}[column.lower_is_better]
    title = f"{column.label}: mean ± standard deviation over seeds"
    return _Column(
        Heading(column.label + arrow, title, falling=column.lower_is_better is False),
        lambda row: plus_minus(row[f"{score}_mean"], row[f"{score}_std"], decimals),
        itemgetter(f"{score}_mean"),
        lambda scores: fixed(scores.get(score, math.nan), decimals),
    )


def _interval_column(score: str, board: pd.DataFrame) -> _Column:
    heading = Heading("95 % interval", f"Of the mean {score_column(score).label}, by {METHOD}; sorted by its upper end")
    cell = partial(_interval, score=score, decimals=decimals_for(board[f"{score}_mean"]))
    return _Column(heading, cell, itemgetter(f"{score}_high"))


def _interval(row: "pd.Series[float]", score: str, decimals: int) -> str:
    return span(row[f"{score}_low"], row[f"{score}_high"], decimals)


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


def _p_value(row: "pd.Series[float]") -> str:
    p_value = row["p_value"]
    return "< 0.001" if p_value < 0.001 else fixed(p_value, 3)


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
    _Column(Heading("Seeds", "Final runs with a score"), lambda row: f"{row['seeds']:.0f}", itemgetter("seeds")),
    _Column(
        Heading("p", "That it equals the best: Welch's t-test, adjusted by Holm for all pairs", falling=True),
        _p_value,
        itemgetter("p_value"),
    ),
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
