"""Programs that are recorded once, by whoever comes first."""

from pathlib import Path

import torch
from filelock import FileLock
from torch.fx.experimental.proxy_tensor import make_fx

from benchmark.training.programs.compilation import compile_graph
from benchmark.training.programs.program import Program
from benchmark.training.programs.shelf import Shelf

INPUTS = [torch.ones(3)]


class Recorder:
    """Doubles its input, and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Program:
        self.calls += 1
        return compile_graph(make_fx(lambda values: [values * 2])(*INPUTS), INPUTS)


def test_is_recorded_once(tmp_path: Path) -> None:
    record = Recorder()
    for _ in range(2):
        program = Shelf(tmp_path / "new", "code").take("dcgan-generator", INPUTS, record)
        assert program is not None
        with torch.inference_mode():
            assert program.bind([torch.arange(3.0)])()[0].tolist() == [0.0, 2.0, 4.0]
    assert record.calls == 1


def test_other_code_shapes_types_or_kernels_are_other_programs(tmp_path: Path) -> None:
    record = Recorder()
    Shelf(tmp_path, "code").take("x", INPUTS, record)
    Shelf(tmp_path, "other").take("x", INPUTS, record)
    Shelf(tmp_path, "code").take("y", INPUTS, record)
    Shelf(tmp_path, "code").take("x", [torch.ones(4)], record)
    Shelf(tmp_path, "code").take("x", [torch.ones(3, dtype=torch.float64)], record)
    Shelf(tmp_path, "code").take("x", [torch.ones(6)[::2]], record)
    with torch.backends.mkldnn.flags(False, deterministic=None, allow_tf32=None, fp32_precision=None):
        Shelf(tmp_path, "code").take("x", INPUTS, record)
    assert record.calls == 7


def test_while_another_process_records_there_is_none(tmp_path: Path) -> None:
    record, shelf = Recorder(), Shelf(tmp_path, "code")
    shelf.take("x", INPUTS, record)
    shelf.remove("x", INPUTS)
    (lock,) = tmp_path.glob("*.lock")
    with FileLock(lock):
        assert shelf.take("x", INPUTS, record) is None
    assert record.calls == 1
    assert shelf.take("x", INPUTS, record) is not None
    assert record.calls == 2


def test_where_nothing_can_be_kept_it_is_recorded_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the folder's place")
    record = Recorder()
    for _ in range(2):
        assert Shelf(tmp_path / "file", "code").take("x", INPUTS, record) is not None
    assert record.calls == 2
