"""The records that a study left on disk, beside what MLflow says of it."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.errors import UserError
from benchmark.files import read_file
from benchmark.race.searches import search_of
from benchmark.records import RECORD_FILE, TrialRecord, paper_entrant
from reports.records.load import KEY, PAPER, StudyRecords


def check_on_disk(records: StudyRecords, work: Path, database: Path) -> None:
    """Hold what MLflow's database says of a finished study to the records under runs/work.

    Args:
        records: As MLflow has them.
        work: The study's folder of runs; nothing is checked where it is not there.
        database: MLflow's SQLite file, for the message.

    Raises:
        UserError: naming the first run that the database lacks or has otherwise.
    """
    if not records.finished or not work.is_dir():
        return
    rows = {tuple(row[name] for name in KEY): row for row in records.runs.to_dict("records")}
    for folder in sorted(work.iterdir()):
        record = _read(folder / RECORD_FILE)
        if record is None or record.config.variant not in records.variants:
            continue
        if search_of(record.config.number) >= records.spec.budget.searches:
            continue
        row = rows.get(_key(record))
        problem = "lacks" if row is None else "" if _agree(record, row) else "has other numbers of"
        if problem:
            raise UserError(
                f"{database}: it {problem} {folder.name}, whose record is in {folder}: run the study again, which "
                "sends what is missing; if that does not help, move the database away first, and it is written anew"
            )


def _read(path: Path) -> TrialRecord | None:
    """A record as it lies there; one that is damaged is no witness, and is for the study to deal with."""
    try:
        return TrialRecord.from_json(read_file(path))
    except (OSError, ValueError):
        return None


def _key(record: TrialRecord) -> tuple[str, str, int]:
    config = record.config
    if config.kind == PAPER:
        return paper_entrant(config.variant), "final", config.number
    return config.variant, config.kind, config.number


def _agree(record: TrialRecord, row: dict[Hashable, Any]) -> bool:
    numbers = record.config.hyperparameters | record.final_scores | {"seed": record.config.seed}
    return bool(row["state"] == record.state) and all(_same(row.get(name), value) for name, value in numbers.items())


def _same(shown: Any, value: float) -> bool:
    if pd.isna(shown) or pd.isna(value):
        return bool(pd.isna(shown) and pd.isna(value))
    return bool(shown == value)
