"""The tiny study of the tests: its spec, and what is known of it once it has run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run
from torch import Tensor

from benchmark.agreement import CrossCheck
from benchmark.paths import Paths
from benchmark.records import Curves, Preparation, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.callbacks import StudyCallback
from benchmark.workers.task import MemberStep
from ganzoo.registry import find_variant
from ganzoo.variant import Variant

TINY = """\
name = "tiny"
dataset = "digits"
variants = ["gan-shallow", "wgan"]

[budget]
trials = 4
discriminator_steps = 20
batch_size = 16
rungs = [10]

[cohort]
size = 2

[search]
lr_generator = { low = 1e-4, high = 1e-2, log = true }
beta1 = { choices = [0.0, 0.5] }
n_critic = { choices = [1, 2] }
clip = { low = 1e-2, high = 1.0, log = true }

[pruner]
startup_trials = 2

[final]
seeds = 2
most_seeds = 2

[score]
images = 64
kid_subset_size = 16
batch_norm_batches = 2
"""
SOUND = ("gan-shallow", "wgan")
FAILING = "hinge"


def as_a_worker_finds_it(name: str) -> Variant:
    """The variant of a name; the loss of one has a bug."""
    variant = find_variant(name)
    return replace(variant, loss=replace(variant.loss, discriminator=_buggy)) if name == FAILING else variant


def _buggy(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    raise TypeError("a bug in somebody's loss")


def write_tiny(root: Path) -> Path:
    path = root / "studies" / "tiny.toml"
    path.parent.mkdir()
    path.write_text(TINY, encoding="utf-8")
    return path


class RecordingObserver(StudyCallback):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.variants: list[str] = []
        self.begun: list[str] = []
        self.rungs: list[tuple[str, int]] = []
        self.records: list[TrialRecord] = []
        self.lines: list[str] = []
        self.steps: list[tuple[str, int]] = []
        self.checks: list[CrossCheck] = []

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        self.variants = list(variants)

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        self.records += records

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        self.begun.append(config.label)

    def on_cross_check(self, check: CrossCheck) -> None:
        self.checks.append(check)

    def on_steps(self, members: Sequence[MemberStep]) -> None:
        self.steps += [(member.config.label, member.step) for member in members]

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        self.rungs.append((config.label, rung.step))

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        self.records.append(record)

    def on_notice(self, line: str) -> None:
        self.lines.append(line)


@dataclass(frozen=True)
class FinishedStudy:
    """The tiny study after an uninterrupted run; every trial of one variant failed.

    Attributes:
        spec: The study.
        paths: Where it lies.
        uri: Of its MLflow.
        observer: What a person was told.
        preparation: What was measured before.
        sound: The variants that ran.
        failing: The variant whose loss has a bug.
    """

    spec: Spec
    paths: Paths
    uri: str
    observer: RecordingObserver
    preparation: Preparation
    sound: tuple[str, ...] = SOUND
    failing: str = FAILING

    @property
    def work(self) -> Path:
        return self.paths.work(self.spec.study_id)

    def record(self, label: str) -> TrialRecord:
        record = TrialRecord.read(self.work / label)
        assert record is not None, label
        return record

    def mlflow_runs(self) -> dict[str, Run]:
        """All runs but that of a report, which some tests write and some do not."""
        client = MlflowClient(tracking_uri=self.uri)
        experiment = client.get_experiment_by_name(self.spec.study_id)
        runs = client.search_runs([experiment.experiment_id], "tags.kind != 'report'", max_results=999)
        return {str(run.info.run_name): run for run in runs}

    def records(self, variant: str, kind: str) -> list[TrialRecord]:
        folders = sorted(self.work.glob(f"{variant}-{kind}-*"))
        return [self.record(folder.name) for folder in folders]


@dataclass
class Crash:
    """The console command on the tiny study: its worker is killed in the middle of a task, and it is half way.

    Attributes:
        root: Where it ran.
        pid: Of the command.
        victims: How many workers were killed first.
        refusal: What a second process was told while the command ran.
        records: Labels of the runs that had ended when the command was killed.
        checkpoints: Labels of those that were on their way.
        children: How many child processes it had.
        orphans: How many of them outlived it by more than ten seconds.
        trouble: What went wrong in the thread that saw to all this.
    """

    root: Path
    pid: int = 0
    victims: int = 0
    refusal: str = ""
    records: set[str] = field(default_factory=set)
    checkpoints: set[str] = field(default_factory=set)
    children: int = 0
    orphans: int = -1
    trouble: str = ""


@dataclass(frozen=True)
class ResumedStudy:
    """The crash, and the study run to its end afterwards by two workers instead of one.

    Attributes:
        crash: What went before.
        paths: Where it lies.
        observer: What a person was told by the second process.
    """

    crash: Crash
    paths: Paths
    observer: RecordingObserver
