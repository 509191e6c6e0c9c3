"""A section of the page for every variant: what it is, how it stands, its settings, curves and runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.families import families
from reports.analysis.searches import unit_of
from reports.figures.palette import css_colours
from reports.figures.panel_groups import PanelGroup
from reports.output.hyperparameter_table import FoundRow, found_table
from reports.output.loss_plots import plot_path
from reports.records.load import StudyRecords
from reports.text.formats import ABSENT, decimals_for, plus_minus, times
from reports.text.formats import seeds as in_seeds

_ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")
_SOURCE = "citation"


@dataclass(frozen=True)
class Setting:
    """One hyperparameter.

    Attributes:
        name: Of it.
        found: Its value in the trial that was chosen.
        paper: In the paper's.
        changed: Whether they differ.
    """

    name: str
    found: str
    paper: str
    changed: bool


@dataclass(frozen=True)
class Link:
    """To somewhere outside of the page.

    Attributes:
        text: What it is called.
        address: "" where there is none.
    """

    text: str
    address: str


@dataclass(frozen=True)
class VariantSection:
    """Everything about one variant.

    Attributes:
        name: The variant.
        anchor: Of the section within the page.
        colour: Of its family, as CSS has it.
        family: Of losses.
        standing: Verdict and score in a few words.
        note: What to know before believing it; "" if nothing.
        trial: Which one was chosen; "" without a complete trial.
        settings: Of that trial.
        parts: What it is made of, by name.
        sources: Where it is from.
        run: The run that is shown, in MLflow.
        plot: The loss plot of that run, beside the page; "" where there is none.
        panels: Titles and pictures.
    """

    name: str
    anchor: str
    colour: str
    family: str
    standing: str
    note: str
    trial: str
    settings: list[Setting]
    parts: dict[str, str]
    sources: list[Link]
    run: Link
    plot: str
    panels: list[tuple[str, str]]


def anchor(variant: str) -> str:
    """What follows # in the address of a variant's section."""
    return f"variant={quote(variant, safe='+')}"


def variant_sections(records: StudyRecords, board: pd.DataFrame, groups: Sequence[PanelGroup]) -> list[VariantSection]:
    """A section a variant, in the order of the table.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
        groups: The small pictures of all variants, of which each section has its own.
    """
    order = board["variant"].tolist()
    of_families = families(records)
    colours = css_colours(of_families)
    found = found_table(records, order)
    settings = {row.variant: row for row in found.rows}
    decimals = decimals_for(board[f"{records.ranked_by}_mean"])
    return [
        VariantSection(
            name=name,
            anchor=anchor(name),
            colour=colours[name],
            family=of_families[name],
            standing=_standing(records, row, decimals),
            note=str(row["note"]),
            trial=str(settings[name].trial) if name in settings else "",
            settings=_settings(settings[name], found.headings) if name in settings else [],
            parts={part: value for part, value in records.made_of(name).items() if part != _SOURCE},
            sources=_sources(records.made_of(name).get(_SOURCE, "")),
            run=_run(records, name),
            plot=_plot(records, name),
            panels=_panels(groups, name),
        )
        for name, (_, row) in zip(order, board.iterrows(), strict=True)
    ]


def _standing(records: StudyRecords, row: "pd.Series[float]", decimals: int) -> str:
    score = records.ranked_by
    if not row["seeds"]:
        return str(row["verdict"])
    mean = plus_minus(row[f"{score}_mean"], row[f"{score}_std"], decimals)
    apart = f", {times(row['factor'])} times the best" if row["factor"] > 1 and records.spec.scale == "ratio" else ""
    over = in_seeds(row["seeds"], unit_of(records.spec))
    return f"{row['verdict']}, {score_column(score).label} {mean} over {over}{apart}"


def _settings(row: FoundRow, headings: Sequence[str]) -> list[Setting]:
    cells = zip(headings, row.cells, strict=True)
    return [Setting(name, cell.found, cell.default, cell.changed) for name, cell in cells if cell.found != ABSENT]


def _sources(citation: str) -> list[Link]:
    """Each source that a citation names, papers of arXiv with their address."""
    parts = [part.strip() for part in citation.split(";") if part.strip()]
    papers = [(part, _ARXIV.search(part)) for part in parts]
    return [Link(part, f"https://arxiv.org/abs/{paper[1]}" if paper else "") for part, paper in papers]


def _run(records: StudyRecords, variant: str) -> Link:
    if variant not in records.shown:
        return Link("", "")
    kind, number = records.shown[variant]
    return Link(f"{kind} {number}", records.addresses.get(variant, ""))


def _plot(records: StudyRecords, variant: str) -> str:
    kind, number = records.shown.get(variant, ("", 0))
    return plot_path(variant, number) if kind == "final" else ""


def _panels(groups: Sequence[PanelGroup], variant: str) -> list[tuple[str, str]]:
    return [(group.title, panel.svg) for group in groups for panel in group.panels if panel.variant == variant]
