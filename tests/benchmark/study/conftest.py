"""A clock for whoever counts, and a study on a pool whose events a test writes."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from counted import Clock
from pools import ScriptedPool, Step
from tiny_study import FinishedStudy, RecordingObserver

from benchmark.agreement import CrossCheck
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.study import progress, tally
from benchmark.study.runner import Study, StudySettings
from benchmark.tracking import Tracker
from ganzoo.registry import VARIANTS


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(progress, "monotonic", stopped)
    monkeypatch.setattr(tally, "monotonic", stopped)
    return stopped


@pytest.fixture
def stacked(tiny: Spec) -> Spec:
    """Four trials in one task."""
    final = tiny.final.model_copy(update={"seeds": 1, "most_seeds": 1})
    cohort = tiny.cohort.model_copy(update={"size": 4, "method": "stacked"})
    return tiny.model_copy(update={"name": "stacked", "final": final, "cohort": cohort})


@pytest.fixture
def run_scripted(
    stacked: Spec,
    finished: FinishedStudy,
    tmp_path: Path,
    observer: RecordingObserver,
) -> Callable[..., ScriptedPool]:
    """Run gan-shallow on a pool whose events the test writes."""

    def run(
        steps: Sequence[Step],
        spec: Spec = stacked,
        check: CrossCheck | None = None,
        asked: Callable[[], CrossCheck] | None = None,
    ) -> ScriptedPool:
        paths = Paths(tmp_path, tmp_path / "data")
        settings = StudySettings(spec, paths, "cpu", None)
        settings.work.mkdir(parents=True, exist_ok=True)
        pool = ScriptedPool(steps)
        # MLflow takes seconds to create its tables; the copy holds another study.
        if not (paths.runs / "mlflow.db").is_file():
            shutil.copy(finished.paths.runs / "mlflow.db", paths.runs)
        tracker = Tracker(spec, paths, f"sqlite:///{paths.runs / 'mlflow.db'}", lambda _: None)
        preparation = replace(finished.preparation, cross_check=check)
        Study(settings, [VARIANTS["gan-shallow"]], pool, [tracker, observer]).run(
            preparation, (), asked and (lambda: asked)
        )
        return pool

    return run
