"""What the report needs of time, while runs go on: its imports, and the plots of final runs that have ended."""

from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from benchmark.records import TrialRecord
from benchmark.study.callbacks import StudyCallback
from benchmark.study.variant_study import RACED


class AheadOfReport(StudyCallback):
    """Imports what the report is written with once the first run has ended, and draws the plots of final runs.

    Nobody waits for it before the study's end. What it has not drawn by then is drawn with the report.

    Args:
        folder: The report's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended: SimpleQueue[TrialRecord | None] = SimpleQueue()
        self._thread: Thread | None = None

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Begin, at the first; draw, if it is a final run."""
        if record.config.kind in RACED:
            self._ended.put(record)
        if self._thread is None:
            self._thread = Thread(target=self._work, name="ahead-of-report", daemon=True)
            self._thread.start()

    def on_study_end(self) -> None:
        """Wait for the plot that is being drawn: the report draws with the same library, which knows one style."""
        if self._thread is not None:
            self._ended.put(None)
            self._thread.join()

    def _work(self) -> None:
        from reports.charts.vega import vega_bundle
        from reports.output import write  # noqa: F401  # its imports are what takes time
        from reports.output.loss_plots import write_plots_of

        vega_bundle()
        with suppress(OSError):  # whoever cannot write is told when the report is written
            while record := self._ended.get():
                write_plots_of([record], self._folder)
