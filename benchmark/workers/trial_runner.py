"""The spine, in a worker: hyperparameters -> cohort -> images -> features -> scores -> record."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor, nn

from benchmark.artifacts.grids import write_grid
from benchmark.artifacts.weights import write_weights
from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.environment import describe
from benchmark.metrics.evidence import Inverted
from benchmark.pixels import to_uint8
from benchmark.records import RungRecord, State, TrialConfig, TrialRecord
from benchmark.scoring.scorer import Sample, Scorer
from benchmark.spec import Budget
from benchmark.training import checkpoint
from benchmark.training.arrangement import arrangement
from benchmark.training.cohort import Cohort, Member
from benchmark.training.kernels.selection import set_precision
from benchmark.training.sampling import Inputs, InputSource, generate, prepare
from benchmark.training.setup import TrainingSetup
from benchmark.workers.task import CohortTask, RungCallback, RungReport, folder_of
from ganzoo.registry import find_variant
from ganzoo.variant import Variant

CURVE_POINTS = 50
GRID_IMAGES = 64


@dataclass(frozen=True)
class WorkerContext:
    """What all cohorts of a study and split share in one worker: the data and the scorer.

    Attributes:
        data: Training images and labels, on the device.
        scorer: Scores images against the split.
    """

    data: LabelledImages
    scorer: Scorer
    _setups: dict[str, TrainingSetup] = field(default_factory=dict)

    @classmethod
    def of(cls, task: CohortTask) -> "WorkerContext":
        """The bench that a task needs."""
        device = torch.device(task.device)
        spec = task.spec
        data = load_split(spec.dataset, spec.train_split, task.data, spec.resolution, task.content)
        return cls(data.to(device), Scorer.for_split(spec, task.split, task.data, task.cache, device, task.content))

    def setup(self, variant: Variant, budget: Budget) -> TrainingSetup:
        """What cohorts of a variant train on, the same for all of them."""
        if variant.name not in self._setups:
            size = budget.images_a_batch(variant.batch_size)
            self._setups[variant.name] = TrainingSetup.of(variant, self.data, size, budget.discriminator_steps)
        return self._setups[variant.name]


@dataclass
class Run:
    """One member on its way: what was measured so far.

    Attributes:
        member: In the cohort.
        folder: Its checkpoint, grids and record.
        rungs: So far.
        score_seconds: Time spent on sampling and scoring.
    """

    member: Member
    folder: Path
    rungs: list[RungRecord] = field(default_factory=list)
    score_seconds: float = 0.0


class CohortRun:
    """Trains and scores a cohort from rung to rung.

    Args:
        task: What to run.
        context: Data and scorer.
        configs: The members.
    """

    def __init__(self, task: CohortTask, context: WorkerContext, configs: Sequence[TrialConfig]) -> None:
        self._task = task
        self._scorer = context.scorer
        self._variant = find_variant(configs[0].variant)
        self._labels = context.data.labels
        budget = task.spec.budget
        set_precision(task.spec.cohort.precision)
        setup = context.setup(self._variant, budget)
        places, method = arrangement(setup, len(configs), task.spec.cohort.method)
        self._waiting = deque(configs[places:])
        self._places = places
        interval = max(1, budget.discriminator_steps // CURVE_POINTS)
        self._cohort = Cohort(setup, configs[:places], interval, method)
        self._runs: dict[Member, Run] = {}

    def run(self, report: RungCallback) -> Iterator[TrialRecord]:
        """Train to the last rung; a record for every member as it ends.

        Args:
            report: Told what every member scored at a rung.
        """
        rungs = self._task.spec.budget.rungs
        yield from self._start_or_resume(self._cohort.members, report)
        while self._cohort.members or self._waiting:
            yield from (self._record(self._runs[member], "diverged") for member in self._cohort.advance(*rungs))
            there = [member for member in self._cohort.members if member.steps_done in rungs]
            yield from self._finish_or_prune(self._measure(there), report)
            yield from self._refill(report)

    def _refill(self, report: RungCallback) -> Iterator[TrialRecord]:
        """Give the places of those that have ended to those that wait."""
        free = min(self._places - len(self._cohort.members), len(self._waiting))
        if free:
            newcomers = [self._waiting.popleft() for _ in range(free)]
            yield from self._start_or_resume(self._cohort.admit(newcomers), report)

    def _start_or_resume(self, members: Sequence[Member], report: RungCallback) -> Iterator[TrialRecord]:
        """Bring members to where their checkpoints left them; the parent may have missed what they scored."""
        for member in members:
            run = self._runs[member] = Run(member, folder_of(self._task, member.config))
            if checkpoint.read_progress(run.folder) is not None:
                progress = checkpoint.restore(run.folder, self._cohort, member)
                run.rungs, run.score_seconds = list(progress.rungs), progress.score_seconds
        missed = [self._report(self._runs[member], rung) for member in members for rung in self._runs[member].rungs]
        yield from self._finish_or_prune(missed, report)

    def _finish_or_prune(self, measured: Sequence[RungReport], report: RungCallback) -> Iterator[TrialRecord]:
        """End who has scores that are not finite, whom the parent prunes, and who is at the last rung."""
        if not measured:
            return
        broken = frozenset(m.config.number for m in measured if not all(map(isfinite, m.rung.scores.values())))
        yield from self._end(broken, "diverged")
        sound = [measure for measure in measured if measure.config.number not in broken]
        yield from self._end(report(sound), "pruned") if sound else ()
        last = self._task.spec.budget.rungs[-1]
        yield from self._end(frozenset(m.config.number for m in sound if m.rung.step == last), "complete")

    def _measure(self, members: Sequence[Member]) -> list[RungReport]:
        """Score members together and keep what was found, so that nothing measured is measured twice."""
        if not members:
            return []
        started = perf_counter()
        drawn = [self._sample(member) for member in members]
        scores = self._scorer.score_each([sample for sample, _ in drawn])
        seconds = (perf_counter() - started) / len(members)
        found = zip(members, drawn, scores, strict=True)
        return [self._save_rung(self._runs[member], grid, each, seconds) for member, (_, grid), each in found]

    def _save_rung(self, run: Run, grid: Tensor, scores: dict[str, float], seconds: float) -> RungReport:
        """Write down what was measured of one member at the rung where it is."""
        step = run.member.steps_done
        samples = f"step-{step:06d}.png"
        write_grid(grid, run.folder / samples)
        rung = RungRecord(step, scores, samples)
        run.rungs.append(rung)
        run.score_seconds += seconds
        checkpoint.save(run.folder, self._cohort, run.member, self._progress(run))
        return self._report(run, rung)

    def _sample(self, member: Member) -> tuple[Sample, Tensor]:
        """What is scored, and a grid of fixed latents as uint8."""
        (generator, _), source = self._networks(member), self._source(member)
        scored, grid = source.draw("score", self._task.spec.score.images), source.draw("grid", GRID_IMAGES)
        last = member.steps_done == self._task.spec.budget.rungs[-1]
        sample = Sample(
            images=to_uint8(generate(generator, scored)),
            generator=Inverted(partial(_images_of, generator, scored[1:]), scored[0]),
            is_final=member.config.kind == "final" and last,
        )
        return sample, to_uint8(generate(generator, grid))

    def _source(self, member: Member) -> InputSource:
        return InputSource(self._cohort.model, self._labels, member.streams)

    def _networks(self, member: Member) -> tuple[nn.Module, nn.Module]:
        """Generator, in the evaluation mode that the spec asks for, and discriminator."""
        score = self._task.spec.score
        generator, discriminator = self._cohort.modules(member, averaged=score.averaging == "recipe")
        prepare(generator, self._source(member), score, self._cohort.setup.batch_size)
        return generator, discriminator

    def _report(self, run: Run, rung: RungRecord) -> RungReport:
        points = run.member.curves.points()
        seen = {name: tuple(point for point in curve if point[0] <= rung.step) for name, curve in points.items()}
        return RungReport(run.member.config, rung, seen)

    def _end(self, numbers: frozenset[int], state: State) -> Iterator[TrialRecord]:
        ending = [member for member in self._cohort.members if member.config.number in numbers]
        for member in ending:
            if state == "complete":
                self._save_weights(self._runs[member])
            yield self._record(self._runs[member], state)
        self._cohort.remove(ending)

    def _save_weights(self, run: Run) -> None:
        grid = self._source(run.member).draw("grid", GRID_IMAGES)
        write_weights(run.folder, self._variant, self._cohort.model.shape, self._networks(run.member), grid)

    def _record(self, run: Run, state: State) -> TrialRecord:
        record = TrialRecord(
            config=run.member.config,
            state=state,
            protocol=self._scorer.protocol,
            rungs=tuple(run.rungs),
            curves=run.member.curves.points(),
            costs=self._costs(run),
            environment=describe(self._cohort.device, self._cohort.method, self._task.spec.cohort.precision),
        )
        record.write(run.folder)
        (run.folder / checkpoint.CHECKPOINT_FILE).unlink(missing_ok=True)
        return record

    def _progress(self, run: Run) -> checkpoint.Progress:
        member = run.member
        return checkpoint.Progress(
            member.steps_done, tuple(run.rungs), member.curves.points(), member.train_seconds, run.score_seconds
        )

    def _costs(self, run: Run) -> dict[str, float]:
        steps = run.member.steps_done
        return {
            "train_seconds": run.member.train_seconds,
            "score_seconds": run.score_seconds,
            "discriminator_steps": steps,
            "generator_steps": run.member.input_streams.generator.position,
            "images_seen": steps * self._cohort.setup.batch_size,
            "generator_parameters": self._cohort.model.generator.layout.parameters,
            "discriminator_parameters": self._cohort.model.discriminator.layout.parameters,
        }


def _images_of(generator: nn.Module, labels: Inputs, latents: Tensor) -> Tensor:
    """Images of latents (N, L), each with the first of the labels where a generator takes any."""
    images: Tensor = generator(latents, *(each[:1].expand(len(latents)) for each in labels))
    return images


def run_task(task: CohortTask, context: WorkerContext, report: RungCallback) -> Iterator[TrialRecord]:
    """Run what is left of a task: records that exist are given back, and checkpoints go on.

    Args:
        task: What to run.
        context: From `WorkerContext.of` of the same study and split.
        report: Told what every member scored at a rung.

    Yields:
        A record for every member, as it ends.
    """
    left: list[TrialConfig] = []
    for config in task.configs:
        if record := TrialRecord.read(folder_of(task, config)):
            yield record
        else:
            left.append(config)
    if left:
        yield from CohortRun(task, context, left).run(report)
