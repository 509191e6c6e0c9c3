"""A suite's tables to be read: variants by data sets with each one's contenders marked, and what is over all."""

import math
from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.output.tables import Heading
from reports.statistics.confidence_interval import FEWEST
from reports.suites.answer import IQM
from reports.suites.standing import Standing
from reports.suites.suite import Suite, SuiteStudy
from reports.text.formats import ABSENT, count, decimals_for, duration, fixed, percent, span, thousands

_DECIMALS = 3


@dataclass(frozen=True)
class Cell:
    """Of a table.

    Attributes:
        text: What it says.
        small: What stands below it, as an interval; "" for nothing.
        value: What its column is sorted by; NaN where there is nothing.
        mark: Beside it, as "contender"; "" for none.
    """

    text: str
    small: str = ""
    value: float = math.nan
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """Of a table.

    Attributes:
        name: The variant, "floor" or "noise"; of the table of protocols the data set.
        kind: "variant", "everywhere" (a variant that is a contender on every data set), "floor" or "noise".
        cells: In the order of the headings.
    """

    name: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """To be read.

    Attributes:
        headings: Of the cells; the name stands before them.
        rows: In their order.
    """

    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]

    @property
    def words(self) -> dict[str, str]:
        """What the columns say: labels, those that say the same together, and their titles."""
        titles = dict.fromkeys(heading.title for heading in self.headings)
        return {
            "; ".join(heading.label for heading in self.headings if heading.title == title): title for title in titles
        }


def data_set_table(suite: Suite, stands: Standing) -> Table:
    """Variants by data sets: each one's middle score with its interval, contenders marked.

    References:
        Lucic et al. 2018, "Are GANs created equal?", arXiv:1711.10337, table 2.
    """
    headings = [
        Heading("Contender on", "Data sets on which the study's race has left it, of all", falling=True),
        *(_heading(study) for study in suite.studies),
    ]
    columns = [_column(study) for study in suite.studies]
    rows = [
        Row(
            str(row["variant"]), _kind(row), (_contender_on(row, suite), *(own[str(row["variant"])] for own in columns))
        )
        for _, row in stands.variants.iterrows()
    ]
    for kind in ("floor", "noise"):
        ends = tuple(Cell(fixed(getattr(study, kind), _decimals(study))) for study in suite.studies)
        rows.append(Row(kind, kind, (Cell(""), *ends)))
    return Table(tuple(headings), tuple(rows))


def _heading(study: SuiteStudy) -> Heading:
    label, scale = score_column(study.records.ranked_by).label, study.records.spec.scale
    middle = "geometric mean" if scale == "ratio" else "mean"
    title = (
        f"{label}, {middle} over seeds, from {FEWEST} seeds on with its 95 % interval; lower is better. Contenders of "
        "the race are marked"
    )
    return Heading(f"{study.label}, {label} \N{DOWNWARDS ARROW}", title)


def _decimals(study: SuiteStudy) -> int:
    return decimals_for([*study.board["centre"], study.floor])


class _Cells(dict[str, Cell]):
    """Of one data set, by variant; a dash where it knows a variant not."""

    def __missing__(self, name: str) -> Cell:
        return Cell(ABSENT)


def _column(study: SuiteStudy) -> _Cells:
    return _Cells({str(row["variant"]): _cell(row, study) for _, row in study.board.iterrows()})


def _cell(row: "pd.Series[float]", study: SuiteStudy) -> Cell:
    if row["seeds"] == 0:
        return Cell("diverged" if str(row["variant"]) in study.comparable else ABSENT)
    decimals = _decimals(study)
    told = row["seeds"] >= FEWEST and math.isfinite(row["centre_low"])
    interval = span(row["centre_low"], row["centre_high"], decimals) if told else ""
    mark = "contender" if str(row["variant"]) in study.contenders else ""
    return Cell(fixed(row["centre"], decimals), interval, row["centre"], mark)


def _contender_on(row: "pd.Series[float]", suite: Suite) -> Cell:
    whole = len(suite.studies)
    raced = f"raced on {row['raced_on']:.0f}" if row["raced_on"] < whole else ""
    return Cell(f"{row['contender_on']:.0f} of {whole}", raced, float(row["contender_on"]))


def _kind(row: "pd.Series[float]") -> str:
    return "everywhere" if row["everywhere"] else "variant"


_UP, _DOWN = " \N{UPWARDS ARROW}", " \N{DOWNWARDS ARROW}"
_OVERALL = (
    Heading("Interquartile mean" + _UP, "The mean of the middle half of all runs of all data sets", falling=True),
    Heading("Mean" + _UP, "The mean over data sets of the mean of the runs", falling=True),
    Heading("Median" + _UP, "The median over data sets of the mean of the runs", falling=True),
    Heading(
        "Optimality gap" + _DOWN, "By how much runs fall short of real images (1); what is above 1 offsets nothing"
    ),
    Heading(
        "Highest in", "Share of bootstrap draws in which its interquartile mean is the highest of all", falling=True
    ),
    Heading("Beaten by the best", "Probability that a run of the best beats one of it, averaged over data sets"),
    Heading("Time", "Training time of a final run on each data set, together; front: nobody is better for no more"),
    Heading("Parameters", "Of generator and discriminator, the mean over data sets; front: as for time"),
)


def overall_table(stands: Standing) -> Table:
    """What is over all data sets: aggregates with their intervals, and what a variant costs."""
    rows = stands.ranked.sort_values(IQM, ascending=False, kind="stable")
    return Table(
        _OVERALL, tuple(Row(str(row["variant"]), _kind(row), _overall(row, stands)) for _, row in rows.iterrows())
    )


def _overall(row: "pd.Series[float]", stands: Standing) -> tuple[Cell, ...]:
    name = str(row["variant"])
    beaten = Cell("the best") if name == stands.best else _with_interval(stands.over(name), "probability", "", 2)
    return (
        *(_with_interval(row, each, f"{each}_", _DECIMALS) for each in (IQM, "mean", "median", "optimality_gap")),
        Cell(percent(row["highest"]), "", row["highest"]),
        beaten,
        Cell(duration(row["seconds"]), "", row["seconds"], "front" if row["front_seconds"] else ""),
        Cell(thousands(row["parameters"]), "", row["parameters"], "front" if row["front_parameters"] else ""),
    )


def _with_interval(row: "pd.Series[float]", name: str, prefix: str, decimals: int) -> Cell:
    low, high = row[f"{prefix}low"], row[f"{prefix}high"]
    return Cell(fixed(row[name], decimals), span(low, high, decimals) if math.isfinite(low) else "", row[name])


_PROTOCOL = (
    Heading("Study", "Its name, with the hash of all that it was run with"),
    Heading("Score", "That ranks its variants"),
    Heading("Noise", "What uniform noise scores: 0 of the comparable score"),
    Heading("Real images", "What real images score against real images: 1 of the comparable score"),
    Heading("Split", "That final runs are scored against"),
    Heading("Pixels", "Side of the images"),
    Heading("Images", "Real against generated ones"),
    Heading("Extractor", "The network whose features are compared, with the digest of its weights"),
    Heading("Budget", "Trials of a search, and discriminator updates of a run"),
    Heading("Seeds", "Final runs of a variant: the first ones, and the most"),
    Heading("Device", "That runs were made on"),
)


def protocol_table(stands: Standing) -> Table:
    """Which protocol each data set has: scores of two are never compared, only their places between noise and floor."""
    rows = [
        Row(str(row["data_set"]), "variant", tuple(Cell(text) for text in _protocol(row.to_dict())))
        for _, row in stands.protocols.iterrows()
    ]
    return Table(_PROTOCOL, tuple(rows))


def _protocol(row: dict[Hashable, object]) -> tuple[str, ...]:
    scored = isinstance(row.get("split"), str)
    ends = {kind: float(str(row[kind])) for kind in ("noise", "floor")}
    images = f"{_count(row['real_images'])} / {_count(row['generated_images'])}" if scored else ABSENT
    extractor = f"{row['extractor']} {str(row['extractor_digest'])[:8]}" if scored else ABSENT
    return (
        str(row["study"]),
        str(row["label"]),
        *(fixed(ends[kind], decimals_for(ends.values())) for kind in ("noise", "floor")),
        str(row["split"]) if scored else ABSENT,
        _count(row["resolution"]) if scored else ABSENT,
        images,
        extractor,
        f"{_count(row['trials'])} trials, {_count(row['discriminator_steps'])} updates",
        f"{row['seeds']} to {row['most_seeds']}" if row["seeds"] != row["most_seeds"] else str(row["seeds"]),
        str(row["device"]) or ABSENT,
    )


def _count(number: object) -> str:
    return count(float(str(number)))
