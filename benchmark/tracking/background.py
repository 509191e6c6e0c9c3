"""Tracking in a thread of its own, so that no worker waits for MLflow."""

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from benchmark.paths import Paths
from benchmark.records import CrossCheck, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking.child import Curves
from benchmark.tracking.experiment import Baseline
from benchmark.tracking.tracker import Tracker

Job = Callable[[], None]


class BackgroundTracker(Tracker):
    """A tracker that is told at once and writes in its own time, in the order in which it was told.

    What a process that is ended has not written by then follows from the records, as after a crash.

    Args:
        spec: The study.
        paths: The folders of the checkout.
        uri: As `Tracker` takes it.
        notify: Told in one line what a person should know; called in the thread.

    Raises:
        UserError: if the URI is not one that MLflow keeps runs in.
    """

    def __init__(self, spec: Spec, paths: Paths, uri: str | None, notify: Callable[[str], None]) -> None:
        super().__init__(spec, paths, uri, notify)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True, name="tracking")
        self._thread.start()

    def connect(self) -> None:
        """See `Tracker.connect`."""
        self._later(super().connect)

    def start_study(
        self, protocol: Protocol, baseline: Baseline, real_grid: Path, cross_check: CrossCheck | None = None
    ) -> None:
        """See `Tracker.start_study`."""
        self._later(partial(super().start_study, protocol, baseline, real_grid, cross_check))

    def start_variant(self, variant: str, description: dict[str, str]) -> None:
        """See `Tracker.start_variant`."""
        self._later(partial(super().start_variant, variant, description))

    def start_run(self, config: TrialConfig, protocol: Protocol) -> None:
        """See `Tracker.start_run`."""
        self._later(partial(super().start_run, config, protocol))

    def log_rung(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """See `Tracker.log_rung`."""
        self._later(partial(super().log_rung, config, rung, curves, folder))

    def finish_run(self, record: TrialRecord, folder: Path) -> None:
        """See `Tracker.finish_run`."""
        self._later(partial(super().finish_run, record, folder))

    def finish_variant(self, variant: str, best: TrialRecord | None, finals: Sequence[TrialRecord]) -> None:
        """See `Tracker.finish_variant`."""
        self._later(partial(super().finish_variant, variant, best, finals))

    def sync(self, folders: Iterable[Path]) -> None:
        """See `Tracker.sync`."""
        self._later(partial(super().sync, list(folders)))

    def close(self) -> None:
        """See `Tracker.close`; waits until everything is written."""
        self._later(super().close)
        self._jobs.put(None)
        self._thread.join()
        self._raise()

    def _later(self, job: Job) -> None:
        self._raise()
        self._jobs.put(job)

    def _work(self) -> None:
        while job := self._jobs.get():
            try:
                job()
            except BaseException as error:  # whatever it is, it belongs to those who tell
                self._error = error
                return

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
