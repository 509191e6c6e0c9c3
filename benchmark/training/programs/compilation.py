"""From a recorded graph to a program."""

from collections.abc import Sequence

from torch import Tensor, fx

from benchmark.training.programs.buffers import lay_out
from benchmark.training.programs.lowering import lower
from benchmark.training.programs.placement import overwrite, place_parts
from benchmark.training.programs.program import Program
from benchmark.training.programs.simplification import simplify


def compile_graph(module: fx.GraphModule, inputs: Sequence[Tensor]) -> Program:
    """The program of a module whose graph calls kernels (`torch.ops.aten`) alone.

    Args:
        module: Its output is a list of tensors; its graph is changed.
        inputs: Tensors that it takes, on a CPU.

    Returns:
        It computes bit for bit what the module does, for inputs of the same shapes and strides.

    Raises:
        UntranslatableError: if the graph holds anything else, or changes what it is given.
    """
    simplify(module.graph)
    lowered = lower(module, inputs)
    place_parts(lowered)
    overwrite(lowered)
    buffers, size = lay_out(lowered.buffers, lowered.uses(), len(lowered.each))
    return Program(
        tuple(lowered.inputs),
        lowered.constants,
        buffers,
        size,
        tuple(lowered.once),
        tuple(lowered.each),
        tuple(lowered.outputs),
    )
