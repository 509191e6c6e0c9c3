"""Programs as machine code, against what they were made of and against numbers worked out by hand."""

from pathlib import Path

import pytest
import torch
from cpp_compiler import needs_compiler
from torch import Tensor

from benchmark.digests import DamagedFileError
from benchmark.tensor_files import write_tensors
from benchmark.training.programs import machine_code
from benchmark.training.programs.machine_code import (
    CompilerError,
    compile_to,
    compiler,
    processor,
    read_machine_code,
)
from benchmark.training.programs.tracing import trace

INPUTS = [torch.tensor([[1.0, 2.0, -3.0]]), torch.tensor([[0.5], [1.0], [2.0]])]


def product_and_sum(rows: Tensor, columns: Tensor) -> list[Tensor]:
    return [(rows @ columns).tanh() * 2, rows.relu().sum()]


@needs_compiler
@pytest.mark.long
def test_computes_what_the_graph_does_wherever_the_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "new" / "program.safetensors"
    compile_to(path, trace(product_and_sum, INPUTS), INPUTS)
    # Nothing is left of the compiler's, and half a megabyte of the program.
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_size < 10**6
    bound = read_machine_code(path.rename(tmp_path / "moved.safetensors")).bind(INPUTS)
    with torch.no_grad():
        product, total = bound()
        assert product.item() == pytest.approx(2 * torch.tensor(-3.5).tanh().item(), rel=1e-6)
        assert total.item() == 3
        # It is bound to places, not to numbers.
        INPUTS[0].mul_(2)
        product, total = bound()
        INPUTS[0].div_(2)
    assert (product.item(), total.item()) == (pytest.approx(2 * torch.tensor(-7.0).tanh().item(), rel=1e-6), 6)


def test_without_a_compiler_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compiler.cache_clear()
    monkeypatch.setenv("CXX", str(tmp_path / "absent"))
    with pytest.raises(CompilerError, match=r"^no C\+\+ compiler: '.*absent' does not run; install g\+\+ .*CXX$"):
        compiler()
    monkeypatch.undo()
    compiler.cache_clear()


def test_a_compiler_says_what_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("#!/bin/sh\necho Own compiler 1.2 for $1\necho more\n")
    own.chmod(0o755)
    compiler.cache_clear()
    monkeypatch.setenv("CXX", str(own))
    assert compiler() == "Own compiler 1.2 for --version"
    compiler.cache_clear()


def test_code_is_for_one_kind_of_processor() -> None:
    words = processor().split()
    assert words == processor().split()
    if Path("/proc/cpuinfo").is_file():
        line = next(
            x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.lower().startswith(("flags", "feat"))
        )
        assert set(line.partition(":")[2].split()) <= set(words)


@pytest.mark.parametrize("content", [b"", b"no file of tensors", None], ids=["empty", "text", "other tensors"])
def test_what_is_no_program_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "program.safetensors"
    if content is None:
        write_tensors(path, {"weights": torch.ones(3)})
    else:
        path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        read_machine_code(path)


def test_a_changed_byte_is_seen_before_it_is_run(tmp_path: Path) -> None:
    path = tmp_path / "program.safetensors"
    write_tensors(path, {machine_code.LIBRARY: torch.arange(64, dtype=torch.uint8)})
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        read_machine_code(path)
