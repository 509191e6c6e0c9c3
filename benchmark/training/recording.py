"""One member's gradients, recorded as a program after a while."""

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor, fx

from benchmark.notices import tell_once
from benchmark.training.gradients import Objective, Tree, leaves_of, like, single_gradients, tree_of
from benchmark.training.objectives import StepInputs, StepOutputs
from benchmark.training.programs.compilation import compile_graph
from benchmark.training.programs.forms import equal
from benchmark.training.programs.program import Program
from benchmark.training.programs.shelf import Shelf
from benchmark.training.programs.tracing import trace

# Recording costs as much as it saves on some hundred updates: a training much longer than that need not wait.
PATIENCE = 100
LONG_TRAINING = 300
# A program has to agree, bit for bit, on inputs that it was not made from too.
CHECKS = 2
# While another process makes the recording.
CALLS_BETWEEN_LOOKS = 10


class RecordingError(Exception):
    """A recording is not what it should be."""


Gradients = tuple[Tensor, StepOutputs]


class RecordedGradients:
    """`single_gradients` of one objective, which become a program after a while.

    The program computes the same bit for bit, so that it does not matter when somebody begins to run it. What cannot
    be recorded, such as a loss that looks at values to decide what to compute, has none, and a person is told.

    Args:
        objective: Of one member.
        patience: Calls before it is recorded.
        name: What a person calls it, as in `dcgan-generator`.
        shelf: Where its program is kept for other processes, if anywhere.

    Attributes:
        program: What computes the same from weights (1, P) and the tensors of a step; None until it is there.
        names: An outcome's tensors by name; any tensors.
    """

    def __init__(self, objective: Objective, patience: int, name: str, shelf: Shelf | None = None) -> None:
        self.program: Program | None = None
        self.names: Tree = {}
        self._objective, self._name, self._shelf = objective, name, shelf
        self._calls_left = patience
        self._checks_left = CHECKS
        self._recorded: Program | None = None

    @property
    def path(self) -> str:
        """How the gradients are computed by now: "recorded", or by "autograd"."""
        return "recorded" if self.program else "autograd"

    def __call__(self, weights: Tensor, step: StepInputs) -> Gradients:
        """Gradients (1, P) and the outcome; see `single_gradients`."""
        computed = single_gradients(self._objective, weights, step)
        if self._calls_left > 0:
            self._calls_left -= 1
        elif self._checks_left > 0:
            self._check(weights, step, computed)
        return computed

    def _check(self, weights: Tensor, step: StepInputs, computed: Gradients) -> None:
        """Hold the program against what was computed; it is given up for good if they differ."""
        inputs = inputs_of(weights, step)
        self.names = tree_of(computed[1])
        try:
            self._recorded = self._recorded or self._record(weights, step, inputs)
            if self._recorded is None:  # another process is at it
                self._calls_left = CALLS_BETWEEN_LOOKS
                return
            with torch.inference_mode():
                played = self._recorded.bind(inputs)()
            if not all(equal(one, other) for one, other in zip(played, leaves(computed), strict=True)):
                raise RecordingError("it computes other numbers than autograd")
        except Exception as error:  # whatever stands in the way of a recording, there is a way without
            self._give_up(error, inputs)
            return
        self._checks_left -= 1
        if self._checks_left == 0:
            self.program = self._recorded

    def _record(self, weights: Tensor, step: StepInputs, inputs: Sequence[Tensor]) -> Program | None:
        if self._shelf is None:
            return record(self._objective, weights, step)
        return self._shelf.take(self._name, inputs, lambda: record(self._objective, weights, step))

    def _give_up(self, error: Exception, inputs: Sequence[Tensor]) -> None:
        self._recorded, self._checks_left = None, 0
        if self._shelf:
            self._shelf.remove(self._name, inputs)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        tell_once(f"{self._name} trains slower, by autograd: it cannot be recorded: {reason}")


def record(objective: Objective, weights: Tensor, step: StepInputs) -> Program:
    """The program of one call of `single_gradients`, for inputs of the same shapes.

    Its inputs are the weights and the step's tensors, its outputs the gradients and the outcome's, both in
    `leaves_of`'s order.

    Raises:
        Exception: whatever PyTorch raises where it cannot be recorded.
    """
    module = traced(objective, weights, step)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile_graph(module, inputs_of(weights, step))


def traced(objective: Objective, weights: Tensor, step: StepInputs) -> fx.GraphModule:
    """One call of `single_gradients` as a graph of kernels, with weights (1, P) and the step's tensors for inputs.

    Raises:
        Exception: whatever PyTorch raises where it cannot be recorded.
    """
    tree = tree_of(step)
    # What a first call makes and keeps is then a constant.
    single_gradients(objective, weights, step)

    def compute(weights: Tensor, *tensors: Tensor) -> list[Tensor]:
        return leaves(single_gradients(objective, weights, StepInputs(**like(tree, tensors))))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return trace(compute, inputs_of(weights, step))


def inputs_of(weights: Tensor, step: StepInputs) -> list[Tensor]:
    """Weights (1, P) and a step's tensors, of any shapes, in the order of a program's inputs."""
    return [weights, *leaves_of(tree_of(step))]


def leaves(gradients: Gradients) -> list[Tensor]:
    """Gradients (1, P) and an outcome's tensors, of any shapes, in the order of a program's outputs."""
    return [gradients[0], *leaves_of(tree_of(gradients[1]))]
