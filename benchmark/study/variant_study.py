"""One variant's way through its study: batches of trials, then final runs."""

from math import inf
from pathlib import Path
from statistics import mean

from benchmark.records import Kind, TrialConfig, TrialRecord
from benchmark.study.search import Search
from ganzoo.variant import Variant

SECONDS = ("train_seconds", "score_seconds")  # of a run's costs


class VariantStudy:
    """One variant on its way through search and final runs.

    Args:
        variant: The variant.
        search: Its Optuna study.
        work: The study's folder of runs.

    Attributes:
        finals: The records of its final runs, once all have ended.
    """

    def __init__(self, variant: Variant, search: Search, work: Path) -> None:
        self.variant = variant
        self.search = search
        self.finals: list[TrialRecord] = []
        self._work = work
        self._waiting: dict[str, TrialConfig] = {}
        self._records: list[TrialRecord] = []
        self._seconds: dict[tuple[Kind, int], float] = {}

    def next_batch(self) -> list[TrialConfig]:
        """The runs to be made next: a batch of trials, then the final runs; none when the variant is done."""
        while True:
            batch = self.search.batch() or ([] if self.finals else self.search.finals(self._known_finals()))
            self._waiting = {config.label: config for config in batch}
            self._records = []
            for config in batch:
                if record := TrialRecord.read(self._work / config.label):
                    self.take(record)
            if self._waiting or not batch:
                return list(self._waiting.values())

    def waits_for(self, config: TrialConfig) -> bool:
        """Whether a run of the current batch has left no record yet."""
        return config.label in self._waiting

    def take(self, record: TrialRecord) -> bool:
        """Take in a record; True when it was the last of its batch, and the search has been told."""
        del self._waiting[record.config.label]
        self.note(record)
        self._records.append(record)
        if self._waiting:
            return False
        if record.config.kind == "trial":
            self.search.tell(self._records)
        else:
            self.finals = sorted(self._records, key=lambda final: final.config.number)
        return True

    def _known_finals(self) -> list[int]:
        """Numbers of the final runs of earlier sittings, which may have been asked for more."""
        return [number for kind, number in self._seconds if kind == "final"]

    def note(self, record: TrialRecord) -> None:
        """Remember that a run has ended, and how long it took."""
        run = record.config
        self._seconds[run.kind, run.number] = sum(record.costs.get(name, 0.0) for name in SECONDS)

    def seconds_left(self, runs: int) -> float:
        """How long the rest of its `runs` will take if they go on as before; infinite before the first has ended."""
        if not self._seconds:
            return inf
        return mean(self._seconds.values()) * (runs - len(self._seconds))

    def best(self) -> TrialRecord | None:
        """The record of the best completed trial."""
        number = self.search.best()
        if number is None:
            return None
        return TrialRecord.read(self._work / TrialConfig(self.variant.name, "trial", number, 0, {}).label)
