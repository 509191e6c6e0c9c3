"""What parent and workers say to each other. Imports no torch, so that a finished study is read in seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.paths import errors_in
from benchmark.records import RungRecord, Split, TrialConfig
from benchmark.spec import Spec

CHECKPOINT_SECONDS = 180.0


@dataclass(frozen=True)
class CohortTask:
    """What a worker is asked to run.

    Attributes:
        spec: The study.
        configs: The members, all of one variant.
        split: The split that their images are scored against.
        work: The study's folder of runs.
        data: The folder of data sets.
        cache: The folder of real statistics.
        device: Where to train, as torch names it.
        content: Key of the data set's content, as `benchmark.datasets.catalog.key_of`; found again if empty.
        checkpoint_seconds: How long members train at most between two checkpoints; no result depends on it.
    """

    spec: Spec
    configs: tuple[TrialConfig, ...]
    split: Split
    work: Path
    data: Path
    cache: Path
    device: str
    content: str = ""
    checkpoint_seconds: float = CHECKPOINT_SECONDS

    @property
    def errors(self) -> Path:
        """Where tracebacks are kept: of the folder of everything that is written, `work` is two below."""
        return errors_in(self.work.parent.parent)

    @property
    def together(self) -> bool:
        """Whether the members gain from training in one process; if not, they may be spread over workers."""
        return self.device.startswith("cuda") or self.spec.cohort.method not in ("auto", "looped")


@dataclass(frozen=True)
class RungReport:
    """What the parent hears of one member at a rung.

    Attributes:
        config: Who.
        rung: What was measured.
        curves: Points so far, by curve.
    """

    config: TrialConfig
    rung: RungRecord
    curves: dict[str, tuple[tuple[int, float], ...]]


@dataclass(frozen=True)
class MemberStep:
    """How far a member is between two rungs.

    Attributes:
        config: Who.
        step: Discriminator updates so far.
        outputs: What the discriminator gave real and generated images, D(x) and D(G(z)), before any sigmoid: means over
            the last interval of the curves; None before the first has ended.
    """

    config: TrialConfig
    step: int
    outputs: tuple[float, float] | None


# Answers with the numbers of the members to be pruned.
RungCallback = Callable[[Sequence[RungReport]], frozenset[int]]
# Told how far members are, now and then; it never makes them wait.
StepCallback = Callable[[Sequence[MemberStep]], None]


def folder_of(task: CohortTask, config: TrialConfig) -> Path:
    """Where a run keeps what it has to show for itself."""
    return task.work / config.label
