"""The parent of a study: ask -> submit -> record -> tell, for every variant at once over one pool."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmark.agreement import CrossCheck
from benchmark.artifacts.sources import sources_of, told_of_older
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import Preparation, State, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.spec.cautions import cautions
from benchmark.study.callbacks import Callbacks, StudyCallback
from benchmark.study.earlier import earlier_record
from benchmark.study.outage import Outage
from benchmark.study.storage import open_storage
from benchmark.study.variant_studies import VariantStudies
from benchmark.study.variant_study import VariantStudy
from benchmark.workers.events import DeviceLost, Ended, Event, Pool, RungReached, Started, Stepped, TaskFailed
from benchmark.workers.task import CHECKPOINT_SECONDS, CohortTask
from ganzoo.variant import Variant


@dataclass(frozen=True)
class StudySettings:
    """Where and how a study runs; nothing here decides a result, but for rounding on another device.

    Attributes:
        spec: The study.
        paths: Where things lie.
        device: Where to train, as torch names it.
        storage_url: Optuna's database; None for the journal file.
        checkpoint_seconds: How long runs train at most between two checkpoints.
    """

    spec: Spec
    paths: Paths
    device: str
    storage_url: str | None
    checkpoint_seconds: float = CHECKPOINT_SECONDS

    @property
    def work(self) -> Path:
        """The study's folder of runs."""
        return self.paths.work(self.spec.study_id)


class Study:
    """Every variant's study over one pool.

    Args:
        settings: Where and how.
        variants: The variants.
        pool: Who trains.
        callbacks: Who is told.

    Attributes:
        interrupted: Records of runs that something around them ended; a later `Study` makes them again.
    """

    def __init__(
        self, settings: StudySettings, variants: Sequence[Variant], pool: Pool, callbacks: Sequence[StudyCallback]
    ) -> None:
        spec, storage = settings.spec, open_storage(settings.paths.journal, settings.storage_url)
        self._settings = settings
        self._pool = pool
        self._callbacks = Callbacks(callbacks)
        outage = Outage(settings.storage_url, self._callbacks.on_notice)
        self._waits_for_race: set[VariantStudy] = set()
        self.interrupted: list[TrialRecord] = []
        self._studies = VariantStudies(spec, variants, (storage, outage), settings.work)
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            Started: self._on_started,
            Stepped: self._on_stepped,
            RungReached: self._on_rung,
            Ended: self._on_ended,
            TaskFailed: self._on_failed,
            DeviceLost: self._on_device_lost,
        }

    def run(
        self,
        preparation: Preparation,
        before: Sequence[Callable[[], None]] = (),
        cross_check: Callable[[], Callable[[], CrossCheck]] | None = None,
    ) -> None:
        """Run what is left of the study; a finished one trains nothing.

        Args:
            preparation: What was measured before.
            before: Called once before anything is trained: what raises if data or weights are not what they were, and
                what runs need.
            cross_check: Called where the preparation has none and there is something to train: asks another library.
                What it gives waits for the answer, and is called once the first run has ended.

        Raises:
            UserError: if nothing can be written any more.
        """
        self._before = list(before)
        self._ask_other_library = None if preparation.cross_check else cross_check
        self._cross_check: Callable[[], CrossCheck] | None = None
        self._protocols = preparation.protocols
        self._content = preparation.content
        self._callbacks.on_study_start(self._settings.spec, list(self._studies.variants), preparation)
        if preparation.cross_check:
            self._tell_difference(preparation.cross_check)
        for split, protocol in preparation.protocols.items():
            for line in cautions(protocol, self._settings.spec.score):
                self._callbacks.on_notice(f"{split} split: {line}")
        folders, records = self._earlier_runs()
        self._callbacks.on_resume(folders, records)
        self._tell_of_edits(records)
        for name, variant in self._studies.variants.items():
            self._callbacks.on_variant_start(name, variant.parts)
            for study in self._studies.of_variant(name):
                self._go_on(study)
        for event in self._pool.events():
            if handler := self._handlers.get(type(event)):
                handler(event)
        self._hear_cross_check()
        self._callbacks.on_study_end()

    def _hear_cross_check(self) -> None:
        """Wait, at most once, for what another library says, and pass it on."""
        if self._cross_check is None:
            return
        check, self._cross_check = self._cross_check(), None
        self._callbacks.on_cross_check(check)
        self._tell_difference(check)

    def _tell_difference(self, check: CrossCheck) -> None:
        if not check.agrees:
            self._callbacks.on_notice(check.sentence())

    def _earlier_runs(self) -> tuple[list[Path], list[TrialRecord]]:
        """The folders of runs that ended in earlier sittings, and their records."""
        folders, records = [], []
        for folder in sorted(self._settings.work.iterdir()):
            record = earlier_record(folder, self._settings.spec)
            if record and self._studies.note(record):
                folders.append(folder)
                records.append(record)
        return folders, records

    def _tell_of_edits(self, records: Sequence[TrialRecord]) -> None:
        """Say which variants have runs of before their parts were edited."""
        for name, variant in self._studies.variants.items():
            own = [record for record in records if record.config.variant == name]
            if own and (line := told_of_older(name, own, sources_of(variant, self._settings.spec))):
                self._callbacks.on_notice(line)

    def _go_on(self, study: VariantStudy) -> None:
        """Hand out a variant's next runs; who has none waits for the others, then for what the race wants of it."""
        batch = study.next_batch()
        if batch:
            self._hand_out(batch)
            return
        self._waits_for_race.add(study)
        if len(self._waits_for_race) == len(self._studies):
            self._race()

    def _race(self) -> None:
        """Take the next look at the race: those left get more seeds, or the study comes to its end."""
        result = self._studies.race()
        if result is not None:
            self._callbacks.on_race(result)
        if result is None or result.finished:
            for name in self._studies.variants:
                self._end_variant(name)
            return
        self._waits_for_race.clear()
        self._studies.want(result.needed)
        for study in self._studies:
            self._go_on(study)

    def _end_variant(self, name: str) -> None:
        """Tell of a variant: of several searches, the settings of the first that found any, lest the luckiest be."""
        studies = self._studies.of_variant(name)
        best = next((found for study in studies if (found := study.best())), None)
        self._callbacks.on_variant_end(name, best, [record for study in studies for record in study.finals])

    def _hand_out(self, batch: Sequence[TrialConfig]) -> None:
        while self._before:
            self._before.pop(0)()
        if self._ask_other_library is not None:
            self._cross_check, self._ask_other_library = self._ask_other_library(), None
        split = self._settings.spec.split_of(batch[0].kind)
        task = CohortTask(
            spec=self._settings.spec.scored_as(split),
            configs=tuple(batch),
            split=split,
            work=self._settings.work,
            data=self._settings.paths.data,
            cache=self._settings.paths.cache,
            device=self._settings.device,
            content=self._content,
            checkpoint_seconds=self._settings.checkpoint_seconds,
        )
        # Members that would train one after another anyway are spread over the workers.
        self._submit(task, len(batch) if task.together else 1)

    def _submit(self, task: CohortTask, size: int) -> None:
        """Queue a task as tasks of at most `size` members."""
        budget, final = self._settings.spec.budget, self._settings.spec.final
        # The variant with most left to do comes first: begun last, its runs would end alone, beside idle workers.
        urgency = self._studies.of(task.configs[0]).seconds_left(budget.trials + final.seeds)
        for start in range(0, len(task.configs), size):
            self._pool.submit(replace(task, configs=task.configs[start : start + size]), urgency)

    def _on_started(self, event: Started) -> None:
        for config in event.task.configs:
            self._callbacks.on_run_start(config, self._protocols[event.task.split])

    def _on_stepped(self, event: Stepped) -> None:
        self._callbacks.on_steps(event.members)

    def _on_rung(self, event: RungReached) -> None:
        # The worker waits for the answer, so it comes before anything is logged.
        self._pool.answer(event, self._to_be_pruned(event))
        for report in event.reports:
            folder = self._settings.work / report.config.label
            self._callbacks.on_rung_end(report.config, report.rung, report.curves, folder)

    def _to_be_pruned(self, event: RungReached) -> frozenset[int]:
        last = self._settings.spec.budget.rungs[-1]
        pruned = set()
        for report in event.reports:
            if report.config.kind == "trial":
                search = self._studies.of(report.config).search
                stop = search.prune(report.config.number, report.rung)
                pruned |= {report.config.number} if stop and report.rung.step < last else set()
        return frozenset(pruned)

    def _on_ended(self, event: Ended) -> None:
        self._hear_cross_check()
        self._end(event.record)

    def _end(self, record: TrialRecord) -> None:
        study = self._studies.of(record.config)
        if not study.waits_for(record.config):
            return  # told again by the worker that took over from a dead one
        last_of_batch = study.take(record)
        self._callbacks.on_run_end(record, self._settings.work / record.config.label)
        if last_of_batch:
            self._go_on(study)

    def _on_device_lost(self, event: DeviceLost) -> None:
        self._callbacks.on_notice(f"device {event.device} is lost: {event.message}; what others are left go on")

    def _on_failed(self, event: TaskFailed) -> None:
        task, members = event.task, len(event.task.configs)
        # A worker may end between a record and the word of it.
        for member in task.configs:
            if record := TrialRecord.read(self._settings.work / member.label):
                self._end(record)
        left = [member for member in task.configs if self._studies.of(member).waits_for(member)]
        if not left:
            return
        if event.fault == "memory" and members > 1:
            self._callbacks.on_notice(f"out of memory with {members} members together: halved and tried again")
            self._submit(replace(task, configs=tuple(left)), max(1, members // 2))
            return
        self._give_up(event, left)

    def _give_up(self, event: TaskFailed, left: Sequence[TrialConfig]) -> None:
        """Leave records of runs that cannot be made now; only those whose own code raised have ended by that."""
        state: State = "failed" if event.fault == "code" else "interrupted"
        log = f"; the traceback is in {event.log}" if event.log else ""
        self._callbacks.on_notice(f"{', '.join(member.label for member in left)} {state}: {event.message}{log}")
        for config in left:
            protocol, study = self._protocols[event.task.split], self._settings.spec.study_id
            sources = sources_of(self._studies.of(config).variant, self._settings.spec)
            record = TrialRecord(config, state, protocol, message=event.message, study=study, sources=sources)
            if state == "failed":
                record.write(self._settings.work / config.label)
                self._end(record)
            else:
                self._interrupt(record)
        if event.fault == "storage":
            raise UserError(
                f"study {self._settings.spec.study_id}: nothing can be written under {self._settings.work}: "
                f"{event.message}; make room there, and the same command goes on"
            )

    def _interrupt(self, record: TrialRecord) -> None:
        """Remember a run that has not ended; its variant waits for it, so nothing more is asked for of that one now."""
        folder = self._settings.work / record.config.label
        with suppress(OSError):  # there may be no room for it, either
            record.write(folder)
        self.interrupted.append(record)
        self._callbacks.on_run_end(record, folder)
