"""From several studies' records to a folder that can be opened, mailed and cited."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.files import atomic_write
from reports.output.tables import to_csv
from reports.records.load import StudyRecords
from reports.suites.answer import suite_answer
from reports.suites.page import render_suite
from reports.suites.standing import Standing, standing
from reports.suites.suite import gather

PAGE = "suite.html"


@dataclass(frozen=True)
class WrittenSuite:
    """The page of a suite that was written.

    Attributes:
        page: The file to open.
        answer: One sentence, without a full stop.
        standing: The tables that lie beside the page.
    """

    page: Path
    answer: str
    standing: Standing


def write_suite(name: str, studies: Sequence[StudyRecords], folder: Path) -> WrittenSuite:
    """Write the page of a suite, and its tables as CSV and Parquet.

    Args:
        name: Of the suite.
        studies: What `reports.records.load.load` or `reports.records.sources.load_here` gave, in the order of the
            table's columns; each is a data set of its own.
        folder: Made if it is not there; each file is replaced whole.

    Raises:
        UserError: as `reports.suites.suite.gather`.
    """
    suite = gather(name, studies)
    stands = standing(suite)
    said = suite_answer(suite, stands)
    texts = {PAGE: render_suite(suite, stands, said)}
    texts |= {f"{table}.csv": to_csv(frame) for table, frame in stands.frames().items()}
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        with atomic_write(folder / file) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    for table, frame in stands.frames().items():
        with atomic_write(folder / f"{table}.parquet") as unfinished:
            frame.to_parquet(unfinished, index=False)
    return WrittenSuite(folder / PAGE, said.answer, stands)
