"""Where a cohort's time goes: every kernel's share, and what is left over is idle."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from benchmark.paths import Paths
from benchmark.spec import load_spec
from tools.performance.profile import STEPS, _table, kernel_times
from tools.performance.throughput import Machine


def event(name: str, count: int, cpu: float, device: float) -> SimpleNamespace:
    return SimpleNamespace(key=name, count=count, self_cpu_time_total=cpu, self_device_time_total=device)


def test_kernels_come_by_time_after_the_idle_rest() -> None:
    """Two seconds for all steps, of which the device computed in 0.5 and 1.0, and the processor in 1.6."""
    events = [event("short", 40, 4e5, 5e5), event("long", 20, 12e5, 10e5), event("none", 3, 0.0, 0.0)]
    on_gpu = [(r.kernel, r.calls, r.milliseconds, r.share) for r in _table("v", events, 2.0, on_gpu=True)]
    assert on_gpu == [
        ("idle", 0, 500 / STEPS, 0.25),
        ("long", 20, 1000 / STEPS, 0.5),
        ("short", 40, 500 / STEPS, 0.25),
    ]
    on_cpu = [(row.kernel, row.share) for row in _table("v", events, 2.0, on_gpu=False)]
    assert on_cpu == [("idle", pytest.approx(0.2)), ("long", 0.6), ("short", 0.2)]


def test_a_real_cohort_is_profiled(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "data")
    spec = load_spec("digits", paths.studies, ("budget.batch_size=16",))
    rows = kernel_times(spec, "gan-shallow", Machine(paths.data, "cpu", 1), most=5)
    assert rows[0].kernel == "idle"
    assert len(rows) == 6
    assert all(0 <= row.share <= 1 for row in rows)
    assert [row.share for row in rows[1:]] == sorted((row.share for row in rows[1:]), reverse=True)
    # The products of its layers are among what takes longest.
    assert {row.kernel for row in rows} & {"aten::addmm", "aten::mm", "aten::bmm", "aten::baddbmm", "aten::addmm_"}


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_kernels_of_a_gpu_are_its_own(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "data")
    rows = kernel_times(load_spec("digits", paths.studies), "dcgan", Machine(paths.data, "cuda", 8))
    assert not any(row.kernel.startswith("aten::") and row.milliseconds > 0 for row in rows[1:4])
