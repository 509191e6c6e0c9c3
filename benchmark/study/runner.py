"""The parent of a study: ask -> submit -> record -> tell, for every variant at once over one pool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from statistics import mean
from typing import Any
from typing import Protocol as Interface

from benchmark.paths import Paths
from benchmark.records import Kind, RungRecord, Split, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.preparation import Preparation
from benchmark.study.search import Search, open_storage
from benchmark.tracking import Tracker
from benchmark.workers.pool import Ended, Event, Pool, RungReached, Started, TaskFailed
from benchmark.workers.task import CohortTask
from ganzoo.variant import Variant

SECONDS = ("train_seconds", "score_seconds")  # of a run's costs


class Observer(Interface):
    """Who is told how a study goes, for a person to see."""

    def planned(self, spec: Spec, variants: Sequence[str]) -> None:
        """The study is about to run these variants."""

    def started(self, config: TrialConfig) -> None:
        """A worker took a run."""

    def scored(self, config: TrialConfig, rung: RungRecord) -> None:
        """A run was scored at a rung."""

    def ended(self, record: TrialRecord) -> None:
        """A run left a record, now or in an earlier sitting."""

    def notify(self, line: str) -> None:
        """There is something that a person should know."""


@dataclass(frozen=True)
class StudySettings:
    """Where and how a study runs; nothing here decides a result, but for rounding on another device.

    Attributes:
        spec: The study.
        paths: Where things lie.
        device: Where to train, as torch names it.
        storage_url: Optuna's database; None for the journal file.
    """

    spec: Spec
    paths: Paths
    device: str
    storage_url: str | None

    @property
    def work(self) -> Path:
        """The study's folder of runs."""
        return self.paths.work(self.spec.study_id)


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


class Study:
    """Every variant's study over one pool.

    Args:
        settings: Where and how.
        variants: The variants.
        pool: Who trains.
        tracker: Who records.
        observer: Who is told.
    """

    def __init__(
        self, settings: StudySettings, variants: Sequence[Variant], pool: Pool, tracker: Tracker, observer: Observer
    ) -> None:
        storage = open_storage(settings.paths.journal, settings.storage_url)
        self._settings = settings
        self._pool = pool
        self._tracker = tracker
        self._observer = observer
        self._studies = {
            variant.name: VariantStudy(variant, Search(settings.spec, variant, storage), settings.work)
            for variant in variants
        }
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            Started: self._on_started,
            RungReached: self._on_rung,
            Ended: self._on_ended,
            TaskFailed: self._on_failed,
        }

    def run(self, preparation: Preparation, confirm: Callable[[], None] | None = None) -> None:
        """Run what is left of the study; a finished one trains nothing.

        Args:
            preparation: What was measured before.
            confirm: Called once before anything is trained, to raise if data or weights are not what they were.
        """
        self._confirm = confirm
        self._protocols = preparation.protocols
        self._content = preparation.content
        self._observer.planned(self._settings.spec, list(self._studies))
        split = self._settings.spec.score.search_split
        check = preparation.cross_check
        self._tracker.start_study(preparation.protocols[split], preparation.baseline, preparation.real_grid, check)
        if check and not check.agrees:
            self._observer.notify(check.sentence())
        self._tracker.sync(self._earlier_runs())
        for study in self._studies.values():
            self._tracker.start_variant(study.variant.name, study.variant.parts)
            self._go_on(study)
        for event in self._pool.events():
            if handler := self._handlers.get(type(event)):
                handler(event)
        self._tracker.close()

    def _earlier_runs(self) -> list[Path]:
        """The folders of runs that ended in earlier sittings."""
        folders = []
        for folder in sorted(self._settings.work.iterdir()):
            record = TrialRecord.read(folder) if folder.is_dir() else None
            if record and record.config.variant in self._studies:
                self._observer.ended(record)
                self._studies[record.config.variant].note(record)
                folders.append(folder)
        return folders

    def _go_on(self, study: VariantStudy) -> None:
        batch = study.next_batch()
        if not batch:
            self._tracker.finish_variant(study.variant.name, study.best(), study.finals)
            return
        if self._confirm:
            self._confirm()
            self._confirm = None
        task = CohortTask(
            spec=self._settings.spec,
            configs=tuple(batch),
            split=self._split_of(batch[0]),
            work=self._settings.work,
            data=self._settings.paths.data,
            cache=self._settings.paths.cache,
            device=self._settings.device,
            content=self._content,
        )
        # Members that would train one after another anyway are spread over the workers.
        self._submit(task, len(batch) if task.together else 1)

    def _split_of(self, config: TrialConfig) -> Split:
        score = self._settings.spec.score
        return score.search_split if config.kind == "trial" else score.final_split

    def _submit(self, task: CohortTask, size: int) -> None:
        """Queue a task as tasks of at most `size` members."""
        budget = self._settings.spec.budget
        # The variant with most left to do comes first: begun last, its runs would end alone, beside idle workers.
        urgency = self._studies[task.configs[0].variant].seconds_left(budget.trials + budget.final_seeds)
        for start in range(0, len(task.configs), size):
            self._pool.submit(replace(task, configs=task.configs[start : start + size]), urgency)

    def _on_started(self, event: Started) -> None:
        for config in event.task.configs:
            self._tracker.start_run(config, self._protocols[event.task.split])
            self._observer.started(config)

    def _on_rung(self, event: RungReached) -> None:
        # The worker waits for the answer, so it comes before anything is logged.
        self._pool.answer(event, self._to_be_pruned(event))
        for report in event.reports:
            folder = self._settings.work / report.config.label
            self._tracker.log_rung(report.config, report.rung, report.curves, folder)
            self._observer.scored(report.config, report.rung)

    def _to_be_pruned(self, event: RungReached) -> frozenset[int]:
        last = self._settings.spec.budget.rungs[-1]
        pruned = set()
        for report in event.reports:
            if report.config.kind == "trial":
                search = self._studies[report.config.variant].search
                stop = search.prune(report.config.number, report.rung)
                pruned |= {report.config.number} if stop and report.rung.step < last else set()
        return frozenset(pruned)

    def _on_ended(self, event: Ended) -> None:
        self._end(event.record)

    def _end(self, record: TrialRecord) -> None:
        study = self._studies[record.config.variant]
        if not study.waits_for(record.config):
            return  # told again by the worker that took over from a dead one
        last_of_batch = study.take(record)
        self._tracker.finish_run(record, self._settings.work / record.config.label)
        self._observer.ended(record)
        if last_of_batch:
            self._go_on(study)

    def _on_failed(self, event: TaskFailed) -> None:
        task, members = event.task, len(event.task.configs)
        # A worker may end between a record and the word of it.
        for member in task.configs:
            if record := TrialRecord.read(self._settings.work / member.label):
                self._end(record)
        left = [member for member in task.configs if self._studies[member.variant].waits_for(member)]
        if not left:
            return
        if event.out_of_memory and members > 1:
            self._observer.notify(f"out of memory with {members} members together: halved and tried again")
            self._submit(replace(task, configs=tuple(left)), max(1, members // 2))
            return
        self._observer.notify(f"{', '.join(member.label for member in left)} failed: {event.message}")
        for config in left:
            record = TrialRecord(config, "failed", self._protocols[task.split], message=event.message)
            record.write(self._settings.work / config.label)
            self._end(record)
