"""One tiny study, run once: by a pool in this process, and beside it by the console command, killed and run again."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import psutil
import pytest
import torch

from benchmark.errors import UserError
from benchmark.launch import Resources, resolve_variants, run_study
from benchmark.paths import Paths
from benchmark.preparation import Preparation, prepare
from benchmark.records import Assignment, RungRecord, TrialRecord
from benchmark.spec import Spec, load_spec
from benchmark.study import Study, StudySettings
from benchmark.tracking import Tracker
from benchmark.training.checkpoint import CHECKPOINT_FILE
from benchmark.trial import Bench, CohortTask, RungReport, run_task
from benchmark.workers import Ended, Event, Pool, RungReached, Started, TaskDone, TaskFailed
from ganzoo.catalog import VARIANTS

TINY = """\
name = "tiny"
dataset = "digits"
variants = ["gan-shallow", "wgan"]

[budget]
trials = 4
discriminator_steps = 20
batch_size = 16
rungs = [10]
final_seeds = 2

[cohort]
size = 2

[search]
lr_generator = { low = 1e-4, high = 1e-2, log = true }
beta1 = { choices = [0.0, 0.5] }
n_critic = { choices = [1, 2] }
clip = { low = 1e-2, high = 1.0, log = true }

[pruner]
startup_trials = 2

[score]
images = 64
kid_subset_size = 16
batch_norm_batches = 2
"""
SOUND = ("gan-shallow", "wgan")
FAILING = "hinge"
ELSEWHERE = ("MLFLOW_TRACKING_URI", "OPTUNA_STORAGE", "GANBENCH_DATA")
PATIENCE = 240.0  # seconds for a process that may have to share its core


class RecordingObserver:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.variants: list[str] = []
        self.begun: list[str] = []
        self.rungs: list[tuple[str, int]] = []
        self.records: list[TrialRecord] = []
        self.lines: list[str] = []

    def planned(self, spec: Spec, variants: Sequence[str]) -> None:
        self.variants = list(variants)

    def started(self, assignment: Assignment) -> None:
        self.begun.append(assignment.label)

    def scored(self, assignment: Assignment, rung: RungRecord) -> None:
        self.rungs.append((assignment.label, rung.step))

    def ended(self, record: TrialRecord) -> None:
        self.records.append(record)

    def notify(self, line: str) -> None:
        self.lines.append(line)


class ThreadPool:
    """A `Pool` of one thread of this process: a task after the other."""

    def __init__(self) -> None:
        self._queue: deque[CohortTask] = deque()
        self._told: Queue[Event] = Queue()
        self._answers: Queue[frozenset[int]] = Queue()
        self._benches: dict[str, Bench] = {}

    def submit(self, task: CohortTask) -> None:
        self._queue.append(task)

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        self._answers.put(pruned)

    def events(self) -> Iterator[Event]:
        while self._queue:
            task = self._queue.popleft()
            threading.Thread(target=self._run, args=(task,), daemon=True).start()
            while True:
                event = self._told.get(timeout=PATIENCE)
                yield event
                if isinstance(event, TaskDone | TaskFailed):
                    break

    def _run(self, task: CohortTask) -> None:
        def report(reports: Sequence[RungReport]) -> frozenset[int]:
            self._told.put(RungReached(task, tuple(reports)))
            return self._answers.get(timeout=PATIENCE)

        as_in_a_worker()
        self._told.put(Started(task))
        try:
            bench = self._benches[task.split] = self._benches.get(task.split) or Bench.of(task)
            for record in run_task(task, bench, report):
                self._told.put(Ended(task, record))
            self._told.put(TaskDone(task))
        except Exception as error:
            self._told.put(TaskFailed(task, f"{type(error).__name__}: {error}", out_of_memory=False))


class ScriptedPool:
    """A `Pool` whose events a test writes: `script` maps the tasks submitted so far to the next event, None to end."""

    def __init__(self, script: Callable[[list[CohortTask]], Event | None]) -> None:
        self.tasks: list[CohortTask] = []
        self.answers: list[frozenset[int]] = []
        self._script = script

    def submit(self, task: CohortTask) -> None:
        self.tasks.append(task)

    def answer(self, event: RungReached, pruned: frozenset[int]) -> None:
        self.answers.append(pruned)

    def events(self) -> Iterator[Event]:
        while event := self._script(self.tasks):
            yield event


def as_in_a_worker() -> None:
    """Compute like a worker process, to the last bit."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)


@pytest.fixture(autouse=True)
def _nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """A study of seconds."""
    return load_spec(str(write_tiny(tmp_path_factory.mktemp("spec"))), Path())


@pytest.fixture(scope="session")
def tiny_text() -> str:
    """The tiny study as TOML."""
    return TINY


@pytest.fixture
def observer() -> RecordingObserver:
    return RecordingObserver()


@pytest.fixture
def thread_pool() -> type[ThreadPool]:
    return ThreadPool


@pytest.fixture
def scripted_pool() -> type[ScriptedPool]:
    return ScriptedPool


@pytest.fixture
def worker_arithmetic() -> Iterator[None]:
    """This thread computes like a worker process while the test lasts."""
    as_in_a_worker()
    yield
    torch.set_flush_denormal(False)


def write_tiny(root: Path) -> Path:
    path = root / "studies" / "tiny.toml"
    path.parent.mkdir()
    path.write_text(TINY, encoding="utf-8")
    return path


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
        failing: The variant that could not write its sample grids.
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

    def records(self, variant: str, kind: str) -> list[TrialRecord]:
        folders = sorted(self.work.glob(f"{variant}-{kind}-*"))
        return [self.record(folder.name) for folder in folders]


@pytest.fixture(scope="session")
def finished(tiny: Spec, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> FinishedStudy:
    if any("resumed" in item.fixturenames for item in request.session.items if isinstance(item, pytest.Function)):
        request.getfixturevalue("crash")  # runs beside all that follows
    root = tmp_path_factory.mktemp("finished")
    write_tiny(root)
    paths = Paths(root, root / "data")
    uri = f"sqlite:///{paths.runs / 'mlflow.db'}"
    settings = StudySettings(tiny, paths, "cpu", None)
    preparation = prepare(tiny, paths, "cpu")
    for number in range(tiny.budget.trials):
        (settings.work / f"{FAILING}-trial-{number:04d}" / "step-000010.png").mkdir(parents=True)
    observer = RecordingObserver()
    variants = [VARIANTS[name] for name in (*SOUND, FAILING)]
    tracker = Tracker(tiny, paths, uri, observer.notify)
    pool: Pool = ThreadPool()
    Study(settings, variants, pool, tracker, observer).run(preparation)
    return FinishedStudy(tiny, paths, uri, observer, preparation)


@dataclass
class Crash:
    """The console command on the tiny study, killed half way.

    Attributes:
        root: Where it ran.
        pid: Of the process that was killed.
        refusal: What a second process was told meanwhile.
        records: Labels of the runs that had ended when it was killed.
        checkpoints: Labels of those that were on their way.
        children: How many child processes it had.
        orphans: How many of them outlived it by more than ten seconds.
        trouble: What went wrong in the thread that saw to all this.
    """

    root: Path
    pid: int = 0
    refusal: str = ""
    records: set[str] = field(default_factory=set)
    checkpoints: set[str] = field(default_factory=set)
    children: int = 0
    orphans: int = -1
    trouble: str = ""


@pytest.fixture(scope="session")
def crash(tiny: Spec, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crash, threading.Thread]]:
    """The crash on its way, in a thread."""
    seen = Crash(tmp_path_factory.mktemp("crash"))
    write_tiny(seen.root)
    process = _ganbench(seen.root)
    thread = threading.Thread(target=_kill_half_way, args=(seen, tiny, process), daemon=True)
    thread.start()
    yield seen, thread
    process.kill()
    thread.join(PATIENCE)


@dataclass(frozen=True)
class ResumedStudy:
    """The crash, and the study run to its end afterwards by one worker.

    Attributes:
        crash: What went before.
        paths: Where it lies.
        observer: What a person was told by the second process.
    """

    crash: Crash
    paths: Paths
    observer: RecordingObserver


@pytest.fixture(scope="session")
def resumed(crash: tuple[Crash, threading.Thread], tiny: Spec) -> ResumedStudy:
    seen, thread = crash
    thread.join(PATIENCE)
    assert not seen.trouble, seen.trouble
    observer, paths = RecordingObserver(), Paths(seen.root, seen.root / "data")
    run_study(tiny, resolve_variants([], tiny), paths, Resources(workers=1, device="cpu"), observer)
    return ResumedStudy(seen, paths, observer)


def _kill_half_way(seen: Crash, spec: Spec, process: subprocess.Popen[str]) -> None:
    try:
        _crash(seen, spec, process)
    except Exception as error:
        seen.trouble = f"{type(error).__name__}: {error}"


def _crash(seen: Crash, spec: Spec, process: subprocess.Popen[str]) -> None:
    paths = Paths(seen.root, seen.root / "data")
    seen.pid = process.pid
    deadline = time.monotonic() + PATIENCE
    while len(_labels(paths, spec, "record.json")) < 3 or not _labels(paths, spec, CHECKPOINT_FILE):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"it came to no half way: {process.communicate()[0]}")
        time.sleep(0.002)
    process.send_signal(signal.SIGSTOP)
    children = psutil.Process(process.pid).children(recursive=True)
    seen.children = len(children)
    try:
        run_study(spec, resolve_variants([], spec), paths, Resources(device="cpu"), RecordingObserver())
    except UserError as error:
        seen.refusal = str(error)
    process.kill()
    process.wait()
    seen.orphans = len(psutil.wait_procs(children, timeout=10)[1])
    seen.records = _labels(paths, spec, "record.json")
    seen.checkpoints = _labels(paths, spec, CHECKPOINT_FILE)


def _labels(paths: Paths, spec: Spec, file: str) -> set[str]:
    return {path.parent.name for path in paths.work(spec.study_id).glob(f"*/{file}")}


def _ganbench(root: Path) -> subprocess.Popen[str]:
    command = [Path(sys.executable).parent / "ganbench", "run", "--study", "tiny", "--workers", "1", "--device", "cpu"]
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return subprocess.Popen(
        command,
        cwd=root,
        env=environment | {"OMP_NUM_THREADS": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for the crash comes last, so that it runs beside the rest."""
    items.sort(key=lambda item: "resumed" in getattr(item, "fixturenames", ()))


@pytest.fixture
def children_of_this_process() -> Callable[[], set[int]]:
    """The worker processes that are alive."""

    def alive() -> set[int]:
        return {child.pid for child in multiprocessing.active_children() if child.pid is not None}

    return alive


@pytest.fixture
def kill() -> Callable[[int], None]:
    """End a process as the kernel does when memory runs out, and wait until it has gone."""

    def now(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).wait(timeout=10)

    return now
