"""One member's gradients, recorded and played back: the same numbers without Python and autograd in the way."""

import warnings

import torch
from torch import Tensor

from benchmark.training.gradients import Objective, Tree, leaves_of, like, single_gradients, tree_of
from benchmark.training.kernels.torchscript import Program, compile_graph
from benchmark.training.objectives import StepInputs, StepOutputs

# Recording costs as much as it saves on some hundred updates: a training much longer than that need not wait.
PATIENCE = 100
LONG_TRAINING = 300
# A recording has to agree, bit for bit, on inputs that it was not made from too.
CHECKS = 2

Gradients = tuple[Tensor, StepOutputs]


class RecordedGradients:
    """`single_gradients` of one objective, recorded after a while and played back from then on.

    Bit for bit the same, so that it does not matter when that begins. What cannot be recorded, such as a loss that
    looks at values to decide what to compute, is computed as before.

    Args:
        objective: Of one member.
        patience: Calls before it is recorded.
    """

    def __init__(self, objective: Objective, patience: int) -> None:
        self._objective = objective
        self._calls_left = patience
        self._checks_left = CHECKS
        self._recording: Recording | None = None

    @property
    def plays_back(self) -> bool:
        """Whether gradients are played back from now on."""
        return self._recording is not None and self._checks_left == 0

    def __call__(self, weights: Tensor, step: StepInputs) -> Gradients:
        """Gradients (1, P) and the outcome; see `single_gradients`."""
        if self._recording is not None and self._checks_left == 0:
            return self._recording(weights, step)
        computed = single_gradients(self._objective, weights, step)
        if self._calls_left > 0:
            self._calls_left -= 1
        elif self._checks_left > 0:
            self._check(weights, step, computed)
        return computed

    def _check(self, weights: Tensor, step: StepInputs, computed: Gradients) -> None:
        """Hold the recording against what was computed; it is given up for good if they differ."""
        self._recording = self._recording or record(self._objective, weights, step)
        if self._recording is not None and _equal(self._recording(weights, step), computed):
            self._checks_left -= 1
        else:
            self._recording, self._checks_left = None, 0


class Recording:
    """The kernel calls that compute gradients.

    Args:
        program: Weights and the step's tensors, in `leaves_of`'s order, to gradients and the outputs' tensors.
        outputs: Any outcome, for its names.
    """

    def __init__(self, program: Program, outputs: Tree) -> None:
        self._program = program
        self._outputs = outputs

    def __call__(self, weights: Tensor, step: StepInputs) -> Gradients:
        """Play it back."""
        with torch.no_grad():
            gradients, *left = self._program(weights, *leaves_of(tree_of(step)))
        return gradients, StepOutputs(**like(self._outputs, left))


def record(objective: Objective, weights: Tensor, step: StepInputs) -> Recording | None:
    """The recording of one call of `single_gradients`, for inputs of the same shapes; None if it cannot be recorded."""
    # Takes seconds, which a study that trains nothing need not wait for.
    from torch.fx.experimental.proxy_tensor import make_fx

    tree = tree_of(step)
    _, computed = single_gradients(objective, weights, step)

    def compute(weights: Tensor, *tensors: Tensor) -> list[Tensor]:
        gradients, left = single_gradients(objective, weights, StepInputs(**like(tree, tensors)))
        return [gradients, *leaves_of(tree_of(left))]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = make_fx(compute)(weights, *leaves_of(tree))
            module.graph.eliminate_dead_code()
            return Recording(compile_graph(module), tree_of(computed))
    except Exception:  # whatever stands in the way of a recording, there is a way without
        return None


def _equal(ours: Gradients, theirs: Gradients) -> bool:
    """Whether two results agree bit for bit; what is not a number agrees with itself."""
    pairs = zip(_leaves(ours), _leaves(theirs), strict=True)
    return all(torch.allclose(one, other, rtol=0, atol=0, equal_nan=True) for one, other in pairs)


def _leaves(gradients: Gradients) -> list[Tensor]:
    return [gradients[0], *leaves_of(tree_of(gradients[1]))]
