"""One tiny study, run once: by a pool in this process, and beside it by the console command, killed and run again."""

import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from collections.abc import Callable

from killing import ELSEWHERE, kill_half_way, start_ganbench
from pools import PATIENCE, ThreadPool, as_in_a_worker
from rich.console import Console
from tiny_study import (
    FAILING,
    SOUND,
    TINY,
    Crash,
    FinishedStudy,
    RecordingObserver,
    ResumedStudy,
    as_a_worker_finds_it,
    write_tiny,
)

from benchmark import cli
from benchmark.datasets.catalog import load_split
from benchmark.paths import Paths
from benchmark.records import TrialConfig
from benchmark.scoring.extractors.catalog import LoadedExtractor, load_extractor
from benchmark.spec import Spec, load_spec
from benchmark.study.launch import Resources, resolve_variants, run_study
from benchmark.study.preparation import cross_checked, prepare
from benchmark.study.runner import Study, StudySettings
from benchmark.tracking import Tracker
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask
from ganzoo.registry import VARIANTS, find_variant

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def digits_cnn(tmp_path: Path) -> LoadedExtractor:
    return load_extractor("digits-cnn", tmp_path, torch.device("cpu"))


@pytest.fixture
def test_images(tmp_path: Path) -> torch.Tensor:
    """The 450 images (N, 1, 8, 8) of the digits' test split."""
    return load_split("digits", "test", tmp_path).images


@pytest.fixture
def generated(tmp_path: Path) -> torch.Tensor:
    """Imperfect images: 300 validation digits under noise."""
    real = load_split("digits", "validation", tmp_path).images[:300].double()
    noise = torch.randn(real.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return (real + 40 * noise).clamp(0, 255).round().to(torch.uint8)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """A study of seconds."""
    return load_spec(str(write_tiny(tmp_path_factory.mktemp("spec"))), Path())


@pytest.fixture
def ganbench(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Exit code, standard output and standard error of a command, run in this process."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("GANBENCH_ROOT", "")  # `--root` sets it, and this undoes that
    monkeypatch.setenv("GANBENCH_QUIET", "")  # as `--quiet` before a command does
    monkeypatch.setattr("benchmark.cli.console.console", Console(width=250))

    def run(*arguments: str, where: Path = tmp_path) -> tuple[int, str, str]:
        monkeypatch.chdir(where)
        monkeypatch.setattr(sys, "argv", ["ganbench", *arguments])
        code = 0
        try:
            code = cli.run_command_line()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # the command keeps it to the end of its process
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    folder = tmp_path / "studies"
    folder.mkdir()
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    return folder


@pytest.fixture
def observer() -> RecordingObserver:
    return RecordingObserver()


@pytest.fixture
def worker_arithmetic() -> Iterator[None]:
    """This thread computes like a worker process while the test lasts."""
    threads = torch.get_num_threads()
    as_in_a_worker()
    yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)


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
    settings.work.mkdir(parents=True, exist_ok=True)
    observer = RecordingObserver()
    variants = [VARIANTS[name] for name in (*SOUND, FAILING)]
    tracker = Tracker(tiny, paths, uri, observer.on_notice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmark.workers.cohort_scheduler.find_variant", as_a_worker_finds_it)
        check = partial(partial, cross_checked, tiny, paths, "cpu")
        Study(settings, variants, ThreadPool(), [tracker, observer]).run(preparation, cross_check=check)
    shutil.copytree(root, root.with_name(f"{root.name}-untouched"))
    return FinishedStudy(tiny, paths, uri, observer, prepare(tiny, paths, "cpu"))


@pytest.fixture
def untouched(finished: FinishedStudy, tmp_path: Path) -> Paths:
    """A copy of the finished study as it was at its end; other tests report on the one itself, and go on with it."""
    root = finished.paths.root
    shutil.copytree(root.with_name(f"{root.name}-untouched"), tmp_path / "copy")
    return Paths(tmp_path / "copy", tmp_path / "copy" / "data")


@pytest.fixture(scope="session")
def crash(tiny: Spec, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crash, threading.Thread]]:
    """The crash on its way, in a thread."""
    seen = Crash(tmp_path_factory.mktemp("crash"))
    write_tiny(seen.root)
    process = start_ganbench(seen.root)
    thread = threading.Thread(target=kill_half_way, args=(seen, tiny, process), daemon=True)
    thread.start()
    yield seen, thread
    process.kill()
    thread.join(PATIENCE)


@pytest.fixture(scope="session")
def resumed(crash: tuple[Crash, threading.Thread], tiny: Spec) -> ResumedStudy:
    seen, thread = crash
    thread.join(PATIENCE)
    assert not seen.trouble, seen.trouble
    observer, paths = RecordingObserver(), Paths(seen.root, seen.root / "data")
    run_study(tiny, resolve_variants([], tiny), paths, Resources(workers=2, device="cpu"), [observer])
    return ResumedStudy(seen, paths, observer)


@pytest.fixture(scope="session")
def context(tiny: Spec, tmp_path_factory: pytest.TempPathFactory) -> WorkerContext:
    root = tmp_path_factory.mktemp("bench")
    return WorkerContext.of(CohortTask(tiny, (), "validation", root, root, root, "cpu"))


@pytest.fixture
def task(tiny: Spec, tmp_path: Path) -> Callable[..., CohortTask]:
    """A task of members with the paper's settings, but for what is given by number."""

    def make(variant: str, *members: dict[str, float], method: str = "looped", work: str = "work") -> CohortTask:
        defaults = find_variant(variant).defaults.present()
        configs = (TrialConfig(variant, "trial", n, 100 + n, defaults | own) for n, own in enumerate(members))
        spec = tiny.model_copy(update={"cohort": tiny.cohort.model_copy(update={"method": method})})
        return CohortTask(spec, tuple(configs), "validation", tmp_path / work, tmp_path, tmp_path, "cpu")

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for the crash comes last, so that it runs beside the rest."""
    items.sort(key=lambda item: "resumed" in getattr(item, "fixturenames", ()))
