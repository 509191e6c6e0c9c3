"""The tables behind the page, to be taken out of it without a network: CSV as files, LaTeX as text."""

from base64 import b64encode
from dataclasses import dataclass

import pandas as pd

from reports.analysis.best_trials import found_hyperparameters
from reports.analysis.leaderboard import pairwise
from reports.analysis.race import course, study_race
from reports.output.latex import render_latex
from reports.output.tables import to_csv
from reports.records.load import StudyRecords


@dataclass(frozen=True)
class Download:
    """A file within the page.

    Attributes:
        name: Of the file.
        words: What is in it.
        address: A `data:` URI that holds it whole.
    """

    name: str
    words: str
    address: str


@dataclass(frozen=True)
class Downloads:
    """What can be taken out of the page.

    Attributes:
        files: As CSV; those without a row are left out.
        latex: The leaderboard as a table for a paper.
    """

    files: list[Download]
    latex: str


def downloads(records: StudyRecords, board: pd.DataFrame) -> Downloads:
    """Everything that a page offers, with every digit.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    tables = {
        "variants.csv": ("the table of variants", board),
        "pairs.csv": ("every pair", pairwise(records)),
        "race.csv": ("the race, look by look", course(study_race(records))),
        "found.csv": ("the settings that were found", found_hyperparameters(records)),
    }
    files = [Download(name, words, csv_address(frame)) for name, (words, frame) in tables.items() if len(frame)]
    return Downloads(files, render_latex(records, board))


def csv_address(frame: pd.DataFrame) -> str:
    """A `data:` URI that holds a frame as CSV, with every digit."""
    return f"data:text/csv;charset=utf-8;base64,{b64encode(to_csv(frame).encode()).decode()}"
