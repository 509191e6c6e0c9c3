"""Tracking in a thread of its own, so that no worker waits for MLflow."""

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from benchmark.addresses import is_local
from benchmark.agreement import CrossCheck
from benchmark.paths import Paths
from benchmark.race.race import Race
from benchmark.records import RECORD_FILE, Curves, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking.database import reading
from benchmark.tracking.experiment import Baseline
from benchmark.tracking.tracker import Tracker

Job = Callable[[], None]
# At its end a study waits so long for a tracking server, longer only for one that answers at a good pace, and for one
# that was in trouble no more than a share of the time that the study took.
END_SECONDS = 5.0
TROUBLED_SHARE = 0.03
LONGEST_END_SECONDS = 60.0
GOOD_PACE_SECONDS = 0.3  # a request
LAST_REQUEST_SECONDS = 2.0


class BackgroundTracker(Tracker):
    """A tracker that is told at once and writes in its own time, in the order in which it was told.

    What a process that is ended has not written by then follows from the records, as after a crash. Of a run that has
    ended meanwhile, its record alone is written, which holds all that was told before.

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
        self._ended: set[str] = set()
        self._error: BaseException | None = None
        self._begun = monotonic()
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

    def on_cross_check(self, check: CrossCheck) -> None:
        """See `Tracker.on_cross_check`."""
        self._later(partial(super().on_cross_check, check))

    def on_variant_start(self, variant: str, parts: dict[str, str]) -> None:
        """See `Tracker.on_variant_start`."""
        self._later(partial(super().on_variant_start, variant, parts))

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """See `Tracker.on_run_start`."""
        self._later(partial(self._unless_ended, config, partial(super().on_run_start, config, protocol)))

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """See `Tracker.on_rung_end`."""
        job = partial(super().on_rung_end, config, rung, curves, folder)
        self._later(partial(self._unless_ended, config, job))

    def on_sample(self, values: dict[str, float]) -> None:
        """See `Tracker.on_sample`; while there is more to be written, samples are left out."""
        if self._jobs.empty():
            self._jobs.put(partial(super().on_sample, values))

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """See `Tracker.on_run_end`."""
        self._ended.add(record.config.label)
        self.owe(record.config.label)
        self._later(partial(super().on_run_end, record, folder))

    def on_variant_end(self, variant: str, best: TrialRecord | None, finals: Sequence[TrialRecord]) -> None:
        """See `Tracker.on_variant_end`."""
        self.owe(variant)
        self._later(partial(super().on_variant_end, variant, best, finals))

    def on_race(self, race: Race) -> None:
        """See `Tracker.on_race`."""
        self._later(partial(super().on_race, race))

    def sync(self, folders: Iterable[Path]) -> None:
        """See `Tracker.sync`."""
        found = list(folders)
        self.owe(*(folder.name for folder in found if (folder / RECORD_FILE).is_file()))
        self._later(partial(super().sync, found))

    def on_study_end(self) -> None:
        """See `Tracker.on_study_end`; waits until everything is written, but not long for a slow server."""
        self._later(super().on_study_end)
        self._jobs.put(None)
        self._wait()
        self._connection.stop()
        # What a dead process had asked for would still be done, perhaps after `ganbench sync` has looked.
        self._thread.join(LAST_REQUEST_SECONDS)
        self._raise()

    def _wait(self) -> None:
        begun = monotonic()
        while self._thread.is_alive():
            self._thread.join(GOOD_PACE_SECONDS / 3)
            if monotonic() - begun > self._patience(begun) and not is_local(self._uri):
                return

    def _patience(self, begun: float) -> float:
        """For how many seconds a study that ended at `begun` waits."""
        if self._connection.troubled:
            return min(TROUBLED_SHARE * (begun - self._begun), LONGEST_END_SECONDS)
        is_slow = monotonic() - self._connection.last_request > GOOD_PACE_SECONDS
        return END_SECONDS if is_slow else LONGEST_END_SECONDS

    def _unless_ended(self, config: TrialConfig, job: Job) -> None:
        if config.label not in self._ended:
            job()

    def _later(self, job: Job) -> None:
        self._raise()
        self._jobs.put(job)

    def _work(self) -> None:
        while job := self._jobs.get():
            try:
                with reading(self._uri):
                    job()
            except BaseException as error:  # whatever it is, it belongs to those who tell
                self._error = error
                return

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
