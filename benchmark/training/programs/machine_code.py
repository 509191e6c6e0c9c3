"""Programs as machine code, which PyTorch's AOTInductor makes of a recorded graph with this machine's C++ compiler.

Kernels that follow each other become one loop, so that the numbers are the same but for rounding.
"""

import logging
import os
import platform
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor, fx

from benchmark.digests import DamagedFileError
from benchmark.tensor_files import read_tensors, write_tensors
from benchmark.training.programs.program import Bound

LIBRARY = "library"  # the tensor of a file that holds a shared library, byte by byte
_OPEN: list[Path] = []  # the workspace of this process, if it has one now


class CompilerError(Exception):
    """This machine has no C++ compiler that runs."""


class MachineCode:
    """A program as a shared library.

    Args:
        library: Where it is; it may be removed once this is made.
    """

    def __init__(self, library: Path) -> None:
        self._runner: Any = torch._C._aoti.AOTIModelContainerRunnerCpu(str(library), 1)

    def bind(self, inputs: Sequence[Tensor]) -> Bound:
        """What runs it on these tensors (...), as `Program.bind`; its outputs are new tensors each time."""
        run, given = self._runner.run, list(inputs)
        return lambda: run(given)


@cache
def compiler() -> str:
    """The first line of what the C++ compiler says of itself.

    Raises:
        CompilerError: if there is none, with what to do about it.
    """
    # As PyTorch chooses it.
    command = os.environ.get("CXX") or ("clang++" if sys.platform == "darwin" else "g++")
    try:
        said = subprocess.run([*command.split(), "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise CompilerError(
            f"no C++ compiler: {command!r} does not run; install g++ (`apt install g++`, or `xcode-select --install` "
            "on a Mac), or name another in the environment variable CXX"
        ) from error
    return (said.stdout.splitlines() or [command])[0]


@cache
def processor() -> str:
    """All that code made for this processor may use, in words: on another, such code may end its process."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not a Linux
        lines = []
    flags = next((line for line in lines if line.lower().startswith(("flags", "features"))), "")
    return " ".join((platform.machine(), platform.processor(), *sorted(flags.partition(":")[2].split())))


def compile_to(path: Path, module: fx.GraphModule, inputs: Sequence[Tensor]) -> None:
    """Compile a module whose graph calls kernels (`torch.ops.aten`) alone, for some ten seconds, into a file.

    Args:
        path: Of the file, which is there whole or not at all.
        module: Its output is a list of tensors; its graph is changed.
        inputs: Tensors (...) that it takes, on a CPU; it is for others of the same shapes and strides.

    Raises:
        Exception: whatever PyTorch raises if it cannot be compiled.
    """
    for node in module.graph.nodes:
        node.meta.pop("val", None)  # a shape alone, where PyTorch's compiler looks for a tensor, which it makes itself
    with workspace(path.parent) as folder:
        from torch._inductor import aot_compile, config

        library = folder / f"{path.stem}.so"
        # Of this process alone: workers may have no children of Python's.
        options: dict[str, Any] = {"aot_inductor.output_path": str(library), "compile_threads": 1}
        if hasattr(config.aot_inductor, "enable_line_tables"):  # three quarters of the file, for profilers
            options["aot_inductor.enable_line_tables"] = False
        aot_compile(module, tuple(inputs), options=options)
        content = torch.frombuffer(bytearray(library.read_bytes()), dtype=torch.uint8)
    write_tensors(path, {LIBRARY: content})


@contextmanager
def workspace(folder: Path) -> Iterator[Path]:
    """A temporary folder for PyTorch's compiler, in another one; within it, the same for all programs.

    What it finds out of the processor and the headers takes it longer than a program.
    """
    if _OPEN:
        yield _OPEN[-1]
        return
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, suffix=".tmp") as made, _quiet():
        from torch._inductor.utils import fresh_cache

        _OPEN.append(Path(made))
        try:
            with fresh_cache(dir=made):
                yield _OPEN[-1]
        finally:
            _OPEN.pop()


def read_machine_code(path: Path) -> MachineCode:
    """What `compile_to` wrote.

    Raises:
        OSError: if there is no such file, or it cannot be read.
        DamagedFileError: if it is not as it was written, or is none.
    """
    content = read_tensors(path).tensors.get(LIBRARY)
    if content is None:
        raise DamagedFileError(f"{path}: no shared library in it")
    # Beside it, since code of a temporary folder may be forbidden to run.
    with TemporaryDirectory(dir=path.parent, suffix=".tmp") as folder:
        library = Path(folder) / "program.so"
        library.write_bytes(content.numpy().tobytes())
        return MachineCode(library)


@contextmanager
def _quiet() -> Iterator[None]:
    """Within it PyTorch's compiler says nothing of what it finds on this machine."""
    logger = logging.getLogger("torch")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
