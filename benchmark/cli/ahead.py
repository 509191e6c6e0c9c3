"""What only the report imports, imported while runs go on."""

from pathlib import Path
from threading import Thread

from benchmark.records import TrialRecord
from benchmark.study.callbacks import StudyCallback


class AheadOfReport(StudyCallback):
    """Imports what the report is written with once the first run has ended; nobody waits for it."""

    def __init__(self) -> None:
        self._thread: Thread | None = None

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Begin, at the first."""
        if self._thread is None:
            self._thread = Thread(target=_import, name="ahead-of-report", daemon=True)
            self._thread.start()


def _import() -> None:
    from reports.charts.vega import vega_bundle
    from reports.output import write  # noqa: F401  # its imports are what takes time

    vega_bundle()
