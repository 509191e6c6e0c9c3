"""One member's gradients as machine code, from the first update on."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmark.notices import tell_once
from benchmark.training.gradients import Objective, Tree, like, single_gradients, tree_of
from benchmark.training.objectives import StepInputs, StepOutputs
from benchmark.training.programs.compiled_shelf import CompiledShelf, RefusedError
from benchmark.training.programs.machine_code import MachineCode
from benchmark.training.recording import CHECKS, RecordedGradients, RecordingError, inputs_of, leaves, traced


class CompiledGradients:
    """`single_gradients` of one objective as machine code: the same but for rounding.

    So that no result depends on when it was compiled, all that it gives is the machine code's, from the first call on;
    the first calls are held against autograd. What cannot be compiled is recorded, for all runs alike, and a person is
    told.

    Args:
        objective: Of one member.
        name: What a person calls it, as in `dcgan-generator`.
        shelf: Where its program is kept for other processes.
        otherwise: What gives the gradients if it cannot be compiled.
    """

    def __init__(self, objective: Objective, name: str, shelf: CompiledShelf, otherwise: RecordedGradients) -> None:
        self._objective, self._name, self._shelf, self._otherwise = objective, name, shelf, otherwise
        self._names: Tree = {}
        self._code: MachineCode | None = None
        self._checks_left = CHECKS
        self._is_given_up = False

    @property
    def folder(self) -> Path:
        """Where its program is kept."""
        return self._shelf.folder

    @property
    def program(self) -> Any:
        """What computes the gradients from weights (1, P) and the tensors of a step; None until it was checked."""
        if self._is_given_up:
            return self._otherwise.program
        return None if self._checks_left else self._code

    @property
    def names(self) -> Tree:
        """An outcome's tensors by name; any tensors."""
        return self._otherwise.names if self._is_given_up else self._names

    @property
    def path(self) -> str:
        """How the gradients are computed: "compiled", or as those that stand in for them."""
        return self._otherwise.path if self._is_given_up else "compiled"

    def __call__(self, weights: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
        """Gradients (1, P) and the outcome; see `single_gradients`.

        Raises:
            CompilerError: if there is no C++ compiler to make the program with.
            OSError: if it cannot be kept.
        """
        found = None if self._is_given_up else self._computed(weights, step)
        if found is None:
            return self._otherwise(weights, step)
        gradients, *rest = found
        return gradients, StepOutputs(**like(self._names, rest))

    def _computed(self, weights: Tensor, step: StepInputs) -> list[Tensor] | None:
        """What the program gives, or None if there is none, or it is wrong."""
        try:
            self._code = self._code or self.take(weights, step)
            inputs = inputs_of(weights, step)
            with torch.no_grad():
                found = self._code.bind(inputs)()
            if self._checks_left:
                self._check(found, *single_gradients(self._objective, weights, step))
        except (RefusedError, RecordingError) as error:
            if isinstance(error, RecordingError):
                self._shelf.refuse(self._name, inputs, str(error))
            self._is_given_up = True
            tell_once(f"{self._name} trains slower, by its recording: it cannot be compiled: {error}")
            return None
        return found

    def take(self, weights: Tensor, step: StepInputs) -> MachineCode:
        """The program for calls with such weights (1, P), compiled if it is not there.

        Raises:
            CompilerError: if there is no C++ compiler.
            RefusedError: if it cannot be recorded or compiled.
        """
        return self._shelf.take(self._name, inputs_of(weights, step), lambda: traced(self._objective, weights, step))

    def is_settled(self, weights: Tensor, step: StepInputs) -> bool:
        """Whether the program for calls with such weights (1, P) is there, or cannot be."""
        return self._shelf.is_settled(self._name, inputs_of(weights, step))

    def _check(self, found: list[Tensor], gradients: Tensor, outputs: StepOutputs) -> None:
        """Hold what the program computed against what autograd did: gradients (1, P) and the outcome."""
        self._names, expected = tree_of(outputs), leaves((gradients, outputs))
        if len(found) != len(expected) or not all(map(_agree, found, expected)):
            raise RecordingError("it computes other numbers than autograd")
        self._checks_left -= 1


def _agree(one: Tensor, other: Tensor) -> bool:
    """Whether tensors of any shape are alike, and agree to half of the digits that their type has."""
    if (one.dtype, one.shape) != (other.dtype, other.shape):
        return False
    if not other.is_floating_point():
        return torch.equal(one, other)
    slack = torch.finfo(other.dtype).eps ** 0.5
    size = max(1.0, other.abs().max().item()) if other.numel() else 1.0
    return torch.allclose(one, other, rtol=slack, atol=slack * size, equal_nan=True)
