"""One trial: trained to a rung, sampled, scored, saved, reported; at its end, its record.

Training goes on in lockstep with the other members of its cohort, and their images are scored together; everything else
is the trial's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from torch import Tensor, nn

from benchmark.artifacts.grids import write_grid
from benchmark.artifacts.sources import sources_of
from benchmark.artifacts.weights import write_weights
from benchmark.environment import describe
from benchmark.metrics.evidence import Inverted
from benchmark.pixels import to_uint8
from benchmark.records import CHECKPOINT_FILE, RungRecord, State, TrialRecord
from benchmark.scoring.scorer import Sample, Scorer
from benchmark.spec import Score
from benchmark.training import checkpoint
from benchmark.training.cohort import Cohort, Member
from benchmark.training.sampling import Inputs, InputSource, generate, prepare
from benchmark.workers.context import WorkerContext
from benchmark.workers.stopping import StopRequest
from benchmark.workers.task import CohortTask, RungReport, folder_of

GRID_IMAGES = 64


def run_to_next_rung(
    cohort: Cohort,
    runners: "dict[Member, TrialRunner]",
    scorer: Scorer,
    between: Callable[[], None],
    stop: StopRequest,
) -> "RungOutcome":
    """Bring a cohort to where some of its trials are scored, and score them.

    Args:
        cohort: Trains all members; those that diverge on the way leave it.
        runners: Of its members.
        scorer: Of the split that they are compared with.
        between: Called between stretches of training.
        stop: What ends it while it scores, since no member changes by that.
    """
    rungs = next(iter(runners.values())).rungs
    diverged: list[TrialRunner] = []
    arrived = [runners[member] for member in cohort.members if runners[member].is_due]  # when the last worker ended
    if not arrived:
        diverged = [runners[member] for member in cohort.advance(*rungs, between=between)]  # train
        arrived = [runners[member] for member in cohort.members if runners[member].is_due]
    started = perf_counter()
    with stop.at_once():
        samples = [runner.sample() for runner in arrived]  # sample
        scores = scorer.score_each(samples) if samples else []  # score, all together
    seconds = (perf_counter() - started) / max(1, len(arrived))
    reports = [runner.save(each, seconds) for runner, each in zip(arrived, scores, strict=True)]  # save, report
    return RungOutcome(diverged, reports)


@dataclass(frozen=True)
class RungOutcome:
    """What came of training to a rung.

    Attributes:
        diverged: Whose loss or weights were not finite any more; no longer in the cohort.
        reports: Of those that came to a rung.
    """

    diverged: "list[TrialRunner]"
    reports: list[RungReport]


class TrialRunner:
    """One member of a cohort, on its way from its first step, or its checkpoint, to its record.

    Args:
        member: In the cohort.
        cohort: Trains it.
        context: Data and scorer.
        task: What it was asked for with.

    Attributes:
        member: In the cohort.
        rungs: Discriminator steps at which it is scored, the last of them its last.
    """

    def __init__(self, member: Member, cohort: Cohort, context: WorkerContext, task: CohortTask) -> None:
        self.member = member
        self.rungs = task.spec.budget.rungs
        self._cohort = cohort
        self._protocol = context.scorer.protocol
        self._source = InputSource(cohort.model, context.data.labels, member.streams)
        self._spec, self._place = task.spec, task.device
        self._folder = folder_of(task, member.config)
        self._sources = sources_of(cohort.model.variant, task.spec)
        self._scored: list[RungRecord] = []
        self._score_seconds = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is at a rung where it has not been scored."""
        at = self.member.steps_done
        return at in self.rungs and (not self._scored or self._scored[-1].step < at)

    def resume(self) -> list[RungReport]:
        """Go on from the checkpoint, if there is one, and tell again what was scored: the parent may have missed it."""
        if checkpoint.fits(self._folder, self._cohort, self.member):
            progress = checkpoint.restore(self._folder, self._cohort, self.member)
            self._scored, self._score_seconds = list(progress.rungs), progress.score_seconds
        return [self._report(rung) for rung in self._scored]

    def sample(self) -> Sample:
        """What is scored; a grid of fixed latents is drawn beside it."""
        generator, _ = self._networks()
        self._grid = to_uint8(generate(generator, self._source.draw("grid", GRID_IMAGES)))
        metrics = self._spec.metrics_at(self.member.config.kind, self.member.steps_done)
        return scored_sample(generator, self._source, self._spec.score.images, metrics)

    def save(self, scores: dict[str, float], seconds: float) -> RungReport:
        """Keep what was measured at the rung where it is, so that nothing is measured twice; after `sample`.

        Args:
            scores: By name.
            seconds: That sampling and scoring took.
        """
        grid_file = f"step-{self.member.steps_done:06d}.png"
        write_grid(self._grid, self._folder / grid_file)
        self._scored.append(RungRecord(self.member.steps_done, scores, grid_file))
        self._score_seconds += seconds
        self.keep()
        return self._report(self._scored[-1])

    def keep(self) -> None:
        """Write a checkpoint of where it is."""
        checkpoint.save(self._folder, self._cohort, self.member, self._progress())

    def finish(self, state: State) -> TrialRecord:
        """Write the record, and the weights of a complete run; its checkpoint is needed no more."""
        if state == "complete":
            grid = self._source.draw("grid", GRID_IMAGES)
            write_weights(self._folder, self._cohort.model.variant, self._cohort.model.shape, self._networks(), grid)
        record = TrialRecord(
            config=self.member.config,
            state=state,
            protocol=self._protocol,
            rungs=tuple(self._scored),
            curves=self.member.curves.points(),
            costs=self._costs(),
            environment=describe(
                self._cohort.device,
                self._place,
                self._cohort.method,
                self._spec.cohort.precision,
                self._cohort.setup.gradients,
            ),
            study=self._folder.parent.name,
            sources=self._sources,
        )
        record.write(self._folder)
        (self._folder / CHECKPOINT_FILE).unlink(missing_ok=True)
        return record

    def _networks(self) -> tuple[nn.Module, nn.Module]:
        """Generator, in the evaluation mode that the spec asks for, and discriminator."""
        return evaluated(self._cohort, self.member, self._source, self._spec.score)

    def _report(self, rung: RungRecord) -> RungReport:
        points = self.member.curves.points()
        seen = {name: tuple(point for point in curve if point[0] <= rung.step) for name, curve in points.items()}
        return RungReport(self.member.config, rung, seen)

    def _progress(self) -> checkpoint.Progress:
        member = self.member
        return checkpoint.Progress(
            member.steps_done, tuple(self._scored), member.curves.points(), member.train_seconds, self._score_seconds
        )

    def _costs(self) -> dict[str, float]:
        steps, model = self.member.steps_done, self._cohort.model
        return {
            "train_seconds": self.member.train_seconds,
            "score_seconds": self._score_seconds,
            "discriminator_steps": steps,
            "generator_steps": self.member.input_streams.generator.position,
            "images_seen": steps * self._cohort.setup.batch_size,
            "generator_parameters": model.generator.layout.parameters,
            "discriminator_parameters": model.discriminator.layout.parameters,
        }


def evaluated(cohort: Cohort, member: Member, source: InputSource, score: Score) -> tuple[nn.Module, nn.Module]:
    """Copies of a member's generator, in the evaluation mode that is asked for, and of its discriminator."""
    generator, discriminator = cohort.modules(member, averaged=score.averaging == "recipe")
    prepare(generator, source, score, cohort.setup.batch_size)
    return generator, discriminator


def scored_sample(generator: nn.Module, source: InputSource, images: int, metrics: tuple[str, ...]) -> Sample:
    """What a run is scored by: so many images of its generator, which is in evaluation mode."""
    inputs = source.draw("score", images)
    inverted = Inverted(partial(_images_of, generator, inputs[1:]), inputs[0])
    return Sample(to_uint8(generate(generator, inputs)), inverted, metrics)


def _images_of(generator: nn.Module, labels: Inputs, latents: Tensor) -> Tensor:
    """Images of latents (N, L), each with the first of the labels where a generator takes any."""
    images: Tensor = generator(latents, *(each[:1].expand(len(latents)) for each in labels))
    return images
