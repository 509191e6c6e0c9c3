"""From records to a folder that can be opened, mailed and cited."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.files import atomic_write
from benchmark.tracking.findings import FINDINGS
from reports.analysis.answer import answer_facts
from reports.analysis.best_trials import found_hyperparameters
from reports.analysis.importance import importances
from reports.analysis.leaderboard import leaderboard, pairwise
from reports.analysis.race import course, study_race
from reports.analysis.search_budgets import best_by_trials, trials_to_target
from reports.analysis.searches import split_frame
from reports.analysis.sensitivity import sensitivity
from reports.analysis.trial_table import trial_table
from reports.analysis.trial_values import trial_values
from reports.analysis.tuning import tuning_gains
from reports.output.findings import findings_json
from reports.output.latex import render_latex
from reports.output.loss_plots import write_loss_plots
from reports.output.markdown import render_markdown
from reports.output.page import render_page
from reports.output.tables import Table, leaderboard_table, to_csv
from reports.records.files import PROTOCOL, protocol_json
from reports.records.load import StudyRecords
from reports.records.resolved_spec import spec_files, to_toml
from reports.statistics.budget_curves import budget_curves
from reports.text.headline import Headline, headline

PAGE = "index.html"
# Points of losses are many; these and the trials, for `ganbench replay`, are of use to programs alone.
ONLY_PARQUET = {"curves", "trials"}


@dataclass(frozen=True)
class Report:
    """A report that was written.

    Attributes:
        page: The file to open.
        board: The `reports.analysis.leaderboard.leaderboard`.
        table: The same, to be read.
        headline: The answer, and what it is to.
    """

    page: Path
    board: pd.DataFrame
    table: Table
    headline: Headline


def write_report(records: StudyRecords, folder: Path, refresh: int | None = None) -> Report:
    """Write the page, its Markdown and LaTeX, tables as CSV and Parquet, loss plots, the protocol and the specs.

    Args:
        records: A study, or a selection of several.
        folder: Made if it is not there; each file is replaced whole.
        refresh: Seconds after which the page loads itself again; never if None.
    """
    board = leaderboard(records)
    texts = {
        PAGE: render_page(records, board, refresh),
        "report.md": render_markdown(records, board),
        "leaderboard.tex": render_latex(records, board),
        PROTOCOL: protocol_json(records),
        FINDINGS: findings_json(records, board),
    }
    texts |= {name: to_toml(spec) for name, spec in spec_files(records).items()}
    frames = _tables(records, board)
    texts |= {f"{name}.csv": to_csv(frame) for name, frame in frames.items() if name not in ONLY_PARQUET}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        with atomic_write(folder / name) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    write_loss_plots(records, folder)
    for name, frame in frames.items():
        with atomic_write(folder / f"{name}.parquet") as unfinished:
            frame.to_parquet(unfinished, index=False)
    return Report(folder / PAGE, board, leaderboard_table(records, board), headline(records, board))


def _tables(records: StudyRecords, board: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Everything that the page is made of, by the name of its file."""
    trials = trial_values(records)
    return {
        "variants": board,
        "answer": answer_facts(records).frame(),
        "race": course(study_race(records)),
        "tuning": tuning_gains(records),
        **(_of_searches(records) if records.spec.budget.searches > 1 else {}),
        "pairs": pairwise(records),
        "budget": budget_curves(trials),
        "sensitivity": sensitivity(trials),
        "importance": importances(records),
        "found": found_hyperparameters(records),
        "runs": records.runs,
        "evals": records.evals,
        "trials": trial_table(records),
        "curves": records.curves,
    }


def _of_searches(records: StudyRecords) -> dict[str, pd.DataFrame]:
    return {
        "luck": split_frame(records),
        "searched": best_by_trials(records),
        "target": trials_to_target(records),
    }
