"""Where a program is kept that one process compiles and all that need it read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from torch import Tensor, fx

from benchmark.training.programs.machine_code import (
    CompilerError,
    MachineCode,
    compile_to,
    compiler,
    processor,
    read_machine_code,
)
from benchmark.training.programs.shelf import key_of

REFUSED = ".refused"  # ends the name of a file with the reason why there is no program


class RefusedError(Exception):
    """A program cannot be compiled, as somebody found out before."""


@dataclass(frozen=True)
class CompiledShelf:
    """A folder of programs as machine code.

    Attributes:
        folder: Where they are.
        code: What they are made from changes it, so that none is found that other code has made.
    """

    folder: Path
    code: str

    def take(self, name: str, inputs: Sequence[Tensor], trace: Callable[[], fx.GraphModule]) -> MachineCode:
        """The program of a name: one that is there, else one that is compiled now and put there.

        Args:
            name: What a person calls it, as in `dcgan-generator`.
            inputs: What it is to be bound to, each of any shape.
            trace: Records what is compiled.

        Raises:
            CompilerError: if there is no C++ compiler.
            OSError: if nothing can be written there.
            RefusedError: if it cannot be recorded or compiled, with the reason; no process tries that again.
        """
        path = self._path(name, inputs)
        if found := _read(path):
            return found
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be at it: it is waited for, since that takes no longer than to do it again.
        with FileLock(path.with_suffix(".lock")):
            if found := _read(path):
                return found
            refusal = path.with_suffix(REFUSED)
            if refusal.is_file():
                raise RefusedError(refusal.read_text(encoding="utf-8"))
            try:
                compile_to(path, trace(), inputs)
                return read_machine_code(path)
            except (CompilerError, OSError, MemoryError):  # of this machine, and not of what is compiled
                raise
            except Exception as error:
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                refusal.write_text(reason, encoding="utf-8")
                raise RefusedError(reason) from error

    def is_settled(self, name: str, inputs: Sequence[Tensor]) -> bool:
        """Whether the program of a name is there, or cannot be; inputs are of any shape."""
        path = self._path(name, inputs)
        return path.is_file() or path.with_suffix(REFUSED).is_file()

    def refuse(self, name: str, inputs: Sequence[Tensor], reason: str) -> None:
        """Have no process use the program of a name any more; inputs are of any shape."""
        path = self._path(name, inputs)
        path.with_suffix(REFUSED).write_text(reason, encoding="utf-8")
        path.unlink(missing_ok=True)

    def _path(self, name: str, inputs: Sequence[Tensor]) -> Path:
        return self.folder / f"{name}-{key_of(self.code, inputs, compiler(), processor())}.safetensors"


def _read(path: Path) -> MachineCode | None:
    """What is there; None if nothing is, or it is damaged."""
    try:
        return read_machine_code(path)
    except (OSError, ValueError, RuntimeError):
        return None
