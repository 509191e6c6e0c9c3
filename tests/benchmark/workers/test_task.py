"""What parent and workers say to each other."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.paths import Paths
from benchmark.records import TrialConfig
from benchmark.spec import CohortSettings, Spec
from benchmark.workers.task import CohortTask, folder_of

CONFIG = TrialConfig("dcgan", "final", 12, 7, {})


def task_on(device: str, method: str) -> CohortTask:
    spec = Spec(name="s", dataset="digits").model_copy(
        update={"cohort": CohortSettings.model_validate({"method": method})}
    )
    return CohortTask(spec, (CONFIG,), "test", Path("work"), Path("data"), Path("cache"), device)


@pytest.mark.parametrize(
    ("device", "method", "together"),
    [
        ("cpu", "auto", False),
        ("cpu", "looped", False),
        ("cpu", "stacked", True),
        ("cuda", "auto", True),
        ("cuda:1", "looped", True),
    ],
)
def test_members_stay_together_where_they_gain_by_it(device: str, method: str, together: bool) -> None:
    assert task_on(device, method).together is together


def test_tracebacks_lie_beside_all_studies(tiny: Spec) -> None:
    paths = Paths(Path("root"), Path("data"))
    task = CohortTask(tiny, (), "test", paths.work(tiny.study_id), Path(), Path(), "cpu")
    assert task.errors == paths.errors == Path("root/runs/errors")


def test_a_run_has_a_folder_of_its_name() -> None:
    task = task_on("cpu", "auto")
    assert folder_of(task, CONFIG) == Path("work/dcgan-final-0012")
    assert folder_of(task, replace(CONFIG, kind="paper", number=3)) == Path("work/dcgan-paper-0003")
