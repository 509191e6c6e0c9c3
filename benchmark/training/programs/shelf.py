"""Where a program is kept that one process records and all that need it read."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from torch import Tensor

from benchmark.training.programs.files import read_program, write_program
from benchmark.training.programs.program import Program


@dataclass(frozen=True)
class Shelf:
    """A folder of programs.

    Attributes:
        folder: Where they are.
        code: What they are made from changes it, so that none is found that other code has made.
    """

    folder: Path
    code: str

    def take(self, name: str, inputs: Sequence[Tensor], record: Callable[[], Program]) -> Program | None:
        """The program of a name: one that is there, else one that is recorded now and put there.

        Args:
            name: What a person calls it, as in `dcgan-generator`.
            inputs: What it is to be bound to, each of any shape.
            record: Makes it.

        Returns:
            None while another process records it.
        """
        path = self._path(name, inputs)
        if found := read_program(path):
            return found
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_suffix(".lock"), blocking=False):
                made = record()
                write_program(path, made)
                return made
        except Timeout:
            return read_program(path)
        except OSError:  # nothing can be kept there: it is recorded all the same
            return record()

    def remove(self, name: str, inputs: Sequence[Tensor]) -> None:
        """Have a program recorded anew by whoever asks next; inputs are of any shape."""
        self._path(name, inputs).unlink(missing_ok=True)

    def _path(self, name: str, inputs: Sequence[Tensor]) -> Path:
        return self.folder / f"{name}-{key_of(self.code, inputs)}.safetensors"


def key_of(code: str, inputs: Sequence[Tensor], *more: str) -> str:
    """16 hex digits of all that a program depends on.

    Args:
        code: What it is made from.
        inputs: What it is to be bound to, each of any shape.
        more: What else it depends on.
    """
    shapes = [(tuple(each.shape), each.stride(), str(each.dtype)) for each in inputs]
    kernels = torch.__version__, torch.backends.cpu.get_cpu_capability(), torch.backends.mkldnn.enabled
    return hashlib.sha256(repr((code, kernels, shapes, *more)).encode()).hexdigest()[:16]
