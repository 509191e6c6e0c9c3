"""What the parent of a study spends on a trial: search, tracking and progress, with workers that train nothing.

The pool here answers at once with made-up scores, in a study of its own that is thrown away; everything else is the
real thing: Optuna's journal, MLflow's database and artifacts, the progress on a screen that nobody sees.
"""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from time import perf_counter, process_time

import torch
from rich.console import Console

from benchmark.artifacts.grids import write_grid
from benchmark.metrics.catalog import known_scores
from benchmark.paths import Paths
from benchmark.records import COSTS, CURVES, Protocol, RungRecord, Split, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.callbacks import Callbacks, StudyCallback
from benchmark.study.preparation import prepare
from benchmark.study.progress import PlainProgress
from benchmark.study.runner import Study, StudySettings
from benchmark.tracking import Tracker
from benchmark.workers.cohort_scheduler import CURVE_POINTS
from benchmark.workers.events import Ended, Event, RungReached, Started, TaskDone
from benchmark.workers.task import CohortTask, RungReport
from benchmark.workers.trial_runner import GRID_IMAGES
from ganzoo.registry import find_variant

WINDOW = 30  # trials


@dataclass(frozen=True)
class TrialCost:
    """What the parent spent on some trials.

    Attributes:
        trials: How many the study had by then.
        seconds: Wall time a trial, over the last of them.
        processor_seconds: Processor time a trial.
    """

    trials: int
    seconds: float
    processor_seconds: float


class InstantPool:
    """A pool whose runs end as soon as they begin, with made-up scores.

    Args:
        protocols: What their scores are said to mean.
    """

    def __init__(self, protocols: dict[Split, Protocol]) -> None:
        self._protocols = protocols
        self._queue: deque[CohortTask] = deque()
        self._pruned: frozenset[int] = frozenset()
        self._random = random.Random(0)
        images = torch.randint(0, 256, (GRID_IMAGES, 1, 8, 8), dtype=torch.uint8)
        self._grid = images

    def submit(self, task: CohortTask, urgency: float = 0.0) -> None:
        """Queue a task, whatever its urgency."""
        self._queue.append(task)

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        """Take in who is to be pruned."""
        self._pruned = pruned & {each.config.number for each in event.reports}

    def events(self) -> Iterator[Event]:
        """What workers would tell, without their work."""
        while self._queue:
            task = self._queue.popleft()
            yield Started(task)
            for config in task.configs:
                yield from self._run(task, config)
            yield TaskDone(task)

    def _run(self, task: CohortTask, config: TrialConfig) -> Iterator[Event]:
        folder, rungs = task.work / config.label, []
        steps = task.spec.budget.discriminator_steps
        points = tuple((steps * point // CURVE_POINTS, self._random.random()) for point in range(1, CURVE_POINTS + 1))
        state = "complete"
        for step in task.spec.budget.rungs:
            samples = f"step-{step:06d}.png"
            write_grid(self._grid, folder / samples)
            rungs.append(RungRecord(step, {name: self._random.random() for name in known_scores()}, samples))
            curves = {name: tuple(point for point in points if point[0] <= step) for name in CURVES}
            yield RungReached(task, (RungReport(config, rungs[-1], curves),))
            if config.number in self._pruned:
                state = "pruned"
                break
        record = TrialRecord(
            config=config,
            state=state,  # type: ignore[arg-type]
            protocol=self._protocols[task.split],
            rungs=tuple(rungs),
            curves=curves,
            costs=dict.fromkeys(COSTS, 1.0),
        )
        record.write(folder)
        yield Ended(task, record)


def costs(spec: Spec, variant: str, looks: tuple[int, ...], folder: Path) -> list[TrialCost]:
    """Run a study of one variant and see what its trials cost by then.

    Args:
        spec: The study; its number of trials is raised to the last look.
        variant: Name of a variant.
        looks: Numbers of trials at which to look, ascending; each is a mean over the last `WINDOW`.
        folder: Where the study is written.
    """
    clock = _Clock(looks)
    simulate(spec, [variant], looks[-1], folder, [PlainProgress(Console(file=StringIO())), clock])
    return clock.costs


def simulate(
    spec: Spec, variants: Sequence[str], trials: int, folder: Path, callbacks: Sequence[StudyCallback]
) -> Spec:
    """Run a study with workers that train nothing.

    Args:
        spec: The study.
        variants: Names of variants.
        trials: Of each.
        folder: Where the study is written: mlflow.db, and runs/ with all else.
        callbacks: Told how it goes, after MLflow.

    Returns:
        The spec with these variants and trials.
    """
    budget = spec.budget.model_copy(update={"trials": trials})
    spec = spec.model_copy(update={"budget": budget, "variants": tuple(variants)})
    paths = Paths(folder, folder)
    preparation = prepare(spec, paths, "cpu")
    settings = StudySettings(spec, paths, "cpu", None)
    settings.work.mkdir(parents=True, exist_ok=True)
    tracker = Tracker(spec, paths, database(folder), Callbacks(callbacks).on_notice)
    found = [find_variant(variant) for variant in variants]
    Study(settings, found, InstantPool(preparation.protocols), [tracker, *callbacks]).run(preparation)
    return spec


def database(folder: Path) -> str:
    """MLflow's address of a simulated study."""
    return f"sqlite:///{folder}/mlflow.db"


class _Clock(StudyCallback):
    """Looks at the time when so many trials have ended."""

    def __init__(self, looks: tuple[int, ...]) -> None:
        self.costs: list[TrialCost] = []
        self._looks = looks
        self._ended = 0
        self._begun = (0.0, 0.0)

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Count it."""
        self._ended += record.config.kind == "trial"
        if self._ended + WINDOW in self._looks:
            self._begun = perf_counter(), process_time()
        if self._ended in self._looks and record.config.kind == "trial":
            passed = perf_counter() - self._begun[0], process_time() - self._begun[1]
            self.costs.append(TrialCost(self._ended, passed[0] / WINDOW, passed[1] / WINDOW))
