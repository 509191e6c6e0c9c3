"""The spine, in a worker: hyperparameters -> cohort -> images -> features -> scores -> record."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor, nn

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.environment import describe
from benchmark.grids import write_grid
from benchmark.pixels import to_uint8
from benchmark.records import Assignment, RungRecord, State, TrialRecord
from benchmark.scoring.scorer import Scorer
from benchmark.task import CohortTask, Report, RungReport, folder_of
from benchmark.training import checkpoint
from benchmark.training.cohort import Cohort, Member, TrainingPlan, lesson_of
from benchmark.training.sampling import InputSource, generate, prepare
from benchmark.training.step import Lesson
from benchmark.weights import write_weights
from ganzoo.catalog import find_variant
from ganzoo.variant import Variant

CURVE_POINTS = 100
GRID_IMAGES = 64


@dataclass(frozen=True)
class Bench:
    """What all cohorts of a study and split share in one worker: the data and the scorer.

    Attributes:
        data: Training images and labels, on the device.
        scorer: Scores images against the split.
    """

    data: LabelledImages
    scorer: Scorer
    _lessons: dict[str, Lesson] = field(default_factory=dict)

    @classmethod
    def of(cls, task: CohortTask) -> "Bench":
        """The bench that a task needs."""
        device = torch.device(task.device)
        data = load_split(task.spec.dataset, "train", task.data, task.spec.resolution)
        return cls(data.to(device), Scorer.for_split(task.spec, task.split, task.data, task.cache, device))

    def lesson(self, variant: Variant, plan: TrainingPlan) -> Lesson:
        """What cohorts of a variant train on, the same for all of them."""
        if variant.name not in self._lessons:
            self._lessons[variant.name] = lesson_of(variant, self.data, plan)
        return self._lessons[variant.name]


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
        bench: Data and scorer.
        assignments: The members, all as far as each other.
    """

    def __init__(self, task: CohortTask, bench: Bench, assignments: Sequence[Assignment]) -> None:
        self._task = task
        self._scorer = bench.scorer
        self._variant = find_variant(assignments[0].variant)
        self._labels = bench.data.labels
        plan = self._plan()
        self._cohort = Cohort(bench.lesson(self._variant, plan), assignments, plan)
        self._runs = {member: Run(member, folder_of(task, member.assignment)) for member in self._cohort.members}
        for run in self._runs.values():
            self._resume(run)

    def _plan(self) -> TrainingPlan:
        budget = self._task.spec.budget
        return TrainingPlan(
            batch_size=budget.images_a_batch(self._variant.batch_size),
            steps=budget.discriminator_steps,
            interval=max(1, budget.discriminator_steps // CURVE_POINTS),
            stacked=self._task.stacked,
            device=torch.device(self._task.device),
        )

    def _resume(self, run: Run) -> None:
        if checkpoint.read_progress(run.folder) is not None:
            progress = checkpoint.restore(run.folder, self._cohort, run.member)
            run.rungs, run.score_seconds = list(progress.rungs), progress.score_seconds

    def run(self, report: Report) -> Iterator[TrialRecord]:
        """Train to the last rung; a record for every member as it ends.

        Args:
            report: Told what every member scored at a rung.
        """
        rungs = self._task.spec.budget.rungs
        missed = [self._report(run, rung) for run in self._runs.values() for rung in run.rungs]
        yield from self._judge(missed, report)
        for step in (rung for rung in rungs if rung > self._cohort.steps_done):
            yield from (self._record(self._runs[member], "diverged") for member in self._cohort.advance(step))
            measured = [self._measure(self._runs[member], step) for member in self._cohort.members]
            yield from self._judge(measured, report)
        yield from self._end(frozenset(member.assignment.number for member in self._cohort.members), "complete")

    def _judge(self, measured: Sequence[RungReport], report: Report) -> Iterator[TrialRecord]:
        """End who has scores that are not finite, and whom the parent prunes."""
        broken = frozenset(m.assignment.number for m in measured if not all(map(isfinite, m.rung.scores.values())))
        yield from self._end(broken, "diverged")
        sound = [measure for measure in measured if measure.assignment.number not in broken]
        yield from self._end(report(sound), "pruned") if sound else ()

    def _measure(self, run: Run, step: int) -> RungReport:
        """Score one member and keep what was found, so that nothing measured is measured twice."""
        started = perf_counter()
        images, grid = self._sample(run.member)
        samples = f"step-{step:06d}.png"
        write_grid(grid, run.folder / samples)
        rung = RungRecord(step, self._scorer.score(images), samples)
        run.rungs.append(rung)
        run.score_seconds += perf_counter() - started
        checkpoint.save(run.folder, self._cohort, run.member, self._progress(run))
        return self._report(run, rung)

    def _sample(self, member: Member) -> tuple[Tensor, Tensor]:
        """Images (N, C, H, W) to be scored and a grid of fixed latents, as uint8."""
        (generator, _), source = self._networks(member), self._source(member)
        scored, grid = source.draw("score", self._task.spec.score.images), source.draw("grid", GRID_IMAGES)
        return to_uint8(generate(generator, scored)), to_uint8(generate(generator, grid))

    def _source(self, member: Member) -> InputSource:
        return InputSource(self._cohort.model, self._labels, member.streams)

    def _networks(self, member: Member) -> tuple[nn.Module, nn.Module]:
        """Generator, in the evaluation mode that the spec asks for, and discriminator."""
        score = self._task.spec.score
        generator, discriminator = self._cohort.modules(member, averaged=score.averaging == "recipe")
        prepare(generator, self._source(member), score, self._cohort.plan.batch_size)
        return generator, discriminator

    def _report(self, run: Run, rung: RungRecord) -> RungReport:
        points = run.member.curves.points()
        seen = {name: tuple(point for point in curve if point[0] <= rung.step) for name, curve in points.items()}
        return RungReport(run.member.assignment, rung, seen)

    def _end(self, numbers: frozenset[int], state: State) -> Iterator[TrialRecord]:
        ending = [member for member in self._cohort.members if member.assignment.number in numbers]
        for member in ending:
            if state == "complete":
                self._keep_weights(self._runs[member])
            yield self._record(self._runs[member], state)
        self._cohort.remove(ending)

    def _keep_weights(self, run: Run) -> None:
        grid = self._source(run.member).draw("grid", GRID_IMAGES)
        write_weights(run.folder, self._variant, self._cohort.model.shape, self._networks(run.member), grid)

    def _record(self, run: Run, state: State) -> TrialRecord:
        record = TrialRecord(
            assignment=run.member.assignment,
            state=state,
            protocol=self._scorer.protocol,
            rungs=tuple(run.rungs),
            curves=run.member.curves.points(),
            costs=self._costs(run),
            environment=describe(self._cohort.plan.device, "stacked" if self._cohort.plan.stacked else "looped"),
        )
        record.write(run.folder)
        (run.folder / checkpoint.CHECKPOINT_FILE).unlink(missing_ok=True)
        return record

    def _progress(self, run: Run) -> checkpoint.Progress:
        member = run.member
        return checkpoint.Progress(
            self._cohort.steps_done, tuple(run.rungs), member.curves.points(), member.train_seconds, run.score_seconds
        )

    def _costs(self, run: Run) -> dict[str, float]:
        pace, steps = run.member.hyperparameters, run.member.steps_done
        turns = steps // pace.discriminator_steps_per_generator_step
        return {
            "train_seconds": run.member.train_seconds,
            "score_seconds": run.score_seconds,
            "discriminator_steps": steps,
            "generator_steps": turns * pace.generator_steps_per_turn,
            "images_seen": steps * self._cohort.plan.batch_size,
            "generator_parameters": self._cohort.model.generator.layout.parameters,
            "discriminator_parameters": self._cohort.model.discriminator.layout.parameters,
        }


def run_task(task: CohortTask, bench: Bench, report: Report) -> Iterator[TrialRecord]:
    """Run what is left of a task: records that exist are given back, and checkpoints go on.

    Args:
        task: What to run.
        bench: From `Bench.of` of the same study and split.
        report: Told what every member scored at a rung.

    Yields:
        A record for every member, as it ends.
    """
    waiting: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in task.assignments:
        folder = folder_of(task, assignment)
        if record := TrialRecord.read(folder):
            yield record
            continue
        progress = checkpoint.read_progress(folder)
        waiting[progress.steps_done if progress else 0].append(assignment)
    # A crash can part members that were as far as each other; each still trains as it would have.
    for _, assignments in sorted(waiting.items()):
        yield from CohortRun(task, bench, assignments).run(report)
