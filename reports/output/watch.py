"""The report of a study that runs: written again and again until the study has come to its end."""

from collections.abc import Callable
from pathlib import Path

from benchmark.errors import UserError
from reports.analysis.states import STATES
from reports.output.write import write_report
from reports.records.load import StudyRecords
from reports.text.formats import duration


def watch(
    read: Callable[[], StudyRecords],
    folder: Path,
    seconds: int,
    say: Callable[[str], None],
    pause: Callable[[float], None],
) -> None:
    """Write the report every so often, on a page that loads itself again; at the end once more, on one that does not.

    Args:
        read: Gives the records as they are now.
        folder: Where the report goes.
        seconds: Between two reports.
        say: Told a line a report.
        pause: Waits so many seconds; what it raises ends the watch.
    """
    waits = False
    while True:
        try:
            records = read()
        except UserError as error:
            # Before the study's first run, or while the database is held for longer than MLflow waits.
            if not waits:
                say(f"{error}; waiting")
            waits = True
        else:
            waits = False
            report = write_report(records, folder, None if records.finished else seconds)
            say(f"{_state(records)}: {report.headline.answer}")
            if records.finished:
                return
        pause(seconds)


def _state(records: StudyRecords) -> str:
    ended = int(records.runs["state"].isin(STATES).sum())
    trained = duration(float(records.runs["train_seconds"].sum()))
    return f"{ended} runs have ended, {trained} of training"
