"""From a study in MLflow to a folder that can be opened, mailed and cited."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.files import written_whole
from reports.budget_curves import budget_curves
from reports.headline import Headline, headline
from reports.load import load
from reports.markdown import render_markdown
from reports.page import render_page
from reports.resolved_spec import to_toml
from reports.statistics import leaderboard, pairwise
from reports.tables import Table, leaderboard_table, to_csv
from reports.trial_values import trial_values


@dataclass(frozen=True)
class Report:
    """A report that was written.

    Attributes:
        page: The file to open.
        board: The `reports.statistics.leaderboard`.
        table: The same, to be read.
        headline: The answer, and how sure it is.
    """

    page: Path
    board: pd.DataFrame
    table: Table
    headline: Headline


def write_report(study_id: str, uri: str, folder: Path) -> Report:
    """Write index.html, report.md, variants.csv, pairs.csv, budget.csv, runs.csv and spec.toml.

    Args:
        study_id: Name of the study's experiment.
        uri: MLflow's tracking URI.
        folder: Made if it is not there; each file is replaced whole.

    Raises:
        UserError: as `reports.load.load`; nothing is written then.
    """
    records = load(study_id, uri)
    board = leaderboard(records)
    files = {
        "index.html": render_page(records, board),
        "report.md": render_markdown(records, board),
        "variants.csv": to_csv(board),
        "pairs.csv": to_csv(pairwise(records)),
        "budget.csv": to_csv(budget_curves(trial_values(records))),
        "runs.csv": to_csv(records.runs),
        "spec.toml": to_toml(records.spec),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with written_whole(folder / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    return Report(folder / "index.html", board, leaderboard_table(records, board), headline(records, board))
