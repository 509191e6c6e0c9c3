"""Programs that are compiled once, by whoever comes first, or by nobody."""

from pathlib import Path

import pytest
import torch
from cpp_compiler import needs_compiler
from torch import Tensor, fx

from benchmark.training.programs import compiled_shelf
from benchmark.training.programs.compiled_shelf import CompiledShelf, RefusedError
from benchmark.training.programs.machine_code import CompilerError
from benchmark.training.programs.tracing import trace

pytestmark = needs_compiler
INPUTS = [torch.ones(3)]


class Tracer:
    """Doubles its input, and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> fx.GraphModule:
        self.calls += 1
        return trace(lambda values: [values * 2], INPUTS)


@pytest.mark.long
def test_is_compiled_once_and_again_if_damaged(tmp_path: Path) -> None:
    tracer = Tracer()
    for damaged in (False, False, True):
        if damaged:
            (program,) = tmp_path.glob("new/*.safetensors")
            program.write_bytes(program.read_bytes()[:-7])
        code = CompiledShelf(tmp_path / "new", "code").take("dcgan-generator", INPUTS, tracer)
        assert code.bind([torch.arange(3.0)])()[0].tolist() == [0.0, 2.0, 4.0]
        assert tracer.calls == 1 + damaged


def test_what_cannot_be_compiled_is_tried_once(tmp_path: Path) -> None:
    asked = []

    def trace_of_values() -> fx.GraphModule:
        asked.append(1)
        return trace(lambda values: [values * 2 if values[0] > 0 else values], INPUTS)

    shelf = CompiledShelf(tmp_path, "code")
    assert not shelf.is_settled("x", INPUTS)
    for _ in range(2):
        with pytest.raises(RefusedError, match=r"^it looks at a tensor's value"):
            shelf.take("x", INPUTS, trace_of_values)
    assert len(asked) == 1
    assert shelf.is_settled("x", INPUTS)
    assert not CompiledShelf(tmp_path, "other").is_settled("x", INPUTS)


@pytest.mark.parametrize("error", [OSError("no space left"), MemoryError(), CompilerError("gone")], ids=repr)
def test_a_fault_of_the_machine_is_no_refusal(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(compiled_shelf, "compile_to", fails)
    shelf = CompiledShelf(tmp_path, "code")
    with pytest.raises(type(error)):
        shelf.take("x", INPUTS, Tracer())
    assert not shelf.is_settled("x", INPUTS)


def test_other_code_shapes_types_kernels_or_processors_are_other_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = CompiledShelf(tmp_path, "code")
    shelf.refuse("x", INPUTS, "for this test")

    def settled(inputs: list[Tensor] = INPUTS, code: str = "code", name: str = "x") -> bool:
        return CompiledShelf(tmp_path, code).is_settled(name, inputs)

    assert settled()
    assert not settled(code="other")
    assert not settled(name="y")
    assert not settled([torch.ones(4)])
    assert not settled([torch.ones(3, dtype=torch.float64)])
    assert not settled([torch.ones(6)[::2]])
    with torch.backends.mkldnn.flags(False, deterministic=None, allow_tf32=None, fp32_precision=None):
        assert not settled()
    with monkeypatch.context() as patched:
        patched.setattr(compiled_shelf, "processor", lambda: "another")
        assert not settled()
    with monkeypatch.context() as patched:
        patched.setattr(compiled_shelf, "compiler", lambda: "another")
        assert not settled()
    assert settled()
