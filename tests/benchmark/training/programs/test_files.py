"""Programs on disk: the same after reading, and nothing where the file is not one."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from benchmark.tensor_files import read_tensors, write_tensors
from benchmark.training.programs.compilation import compile_graph
from benchmark.training.programs.files import FIELD, read_program, write_program
from benchmark.training.programs.program import Program

TABLE = torch.arange(4.0).view(2, 2)


def compute(values: Tensor) -> list[Tensor]:
    bounded = torch.clamp(values @ TABLE, min=-math.inf, max=2.5).to(torch.float64)
    return [bounded, values.relu().mean(), torch.zeros(2, dtype=torch.int64)]


@pytest.fixture
def program() -> Program:
    return compile_graph(make_fx(compute)(torch.ones(3, 2)), [torch.ones(3, 2)])


def test_is_the_same_after_reading(program: Program, tmp_path: Path) -> None:
    write_program(tmp_path / "p.safetensors", program)
    found = read_program(tmp_path / "p.safetensors")
    assert found is not None
    assert found.source == program.source
    assert (found.buffers, found.size) == (program.buffers, program.size)
    values = torch.tensor([[1.0, -1.0], [0.5, 2.0], [3.0, 4.0]])
    with torch.inference_mode():
        for ours, expected in zip(found.bind([values])(), compute(values), strict=True):
            assert ours.dtype == expected.dtype
            assert torch.equal(ours, expected)


def test_a_file_that_is_none_is_none(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "p.safetensors"
    assert read_program(path) is None
    path.write_bytes(b"no tensors")
    assert read_program(path) is None
    write_program(path, program)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert read_program(path) is None
    write_tensors(path, {"": torch.zeros(1)}, {FIELD: "{}"})
    assert read_program(path) is None


@pytest.mark.parametrize(("found", "changed"), [("torch.mm", "os.system"), ("torch.float64", "torch.mm")])
def test_what_calls_anything_else_is_none(program: Program, tmp_path: Path, found: str, changed: str) -> None:
    path = tmp_path / "p.safetensors"
    write_program(path, program)
    file = read_tensors(path)
    assert f'"{found}"' in file.metadata[FIELD]
    write_tensors(path, file.tensors, {FIELD: file.metadata[FIELD].replace(f'"{found}"', f'"{changed}"')})
    assert read_program(path) is None
