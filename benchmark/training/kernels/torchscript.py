"""A recorded graph of kernel calls as a TorchScript program, which calls kernels without Python in between."""

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx

Program = Callable[..., list[Tensor]]
# What `torch.ops` holds: the class has no public name.
Kernel = type(torch.ops.aten.add.Tensor)


class UntranslatableError(Exception):
    """A graph holds something that has no words in TorchScript."""


def compile_graph(module: fx.GraphModule) -> Program:
    """The program of a module whose graph calls kernels (`torch.ops.aten`) alone.

    Args:
        module: Its inputs are tensors and its output a list of tensors.

    Returns:
        A function of the same inputs; it computes bit for bit what the module does.

    Raises:
        UntranslatableError: if the graph holds anything else.
        RuntimeError: if TorchScript does not take the program.
    """
    names = {node: f"x{number}" for number, node in enumerate(module.graph.nodes)}
    inputs = [names[node] for node in module.graph.nodes if node.op == "placeholder"]
    held = {names[node]: getattr(module, str(node.target)) for node in module.graph.nodes if node.op == "get_attr"}
    arguments = ", ".join(f"{name}: Tensor" for name in [*inputs, *held])
    lines = [f"    {_statement(node, names)}" for node in module.graph.nodes if node.op in ("call_function", "output")]
    source = "\n".join([f"def program({arguments}) -> List[Tensor]:", *lines, ""])
    # Its optimiser would sum products in another order.
    with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
        program = torch.jit.CompilationUnit(source).program
    constants = tuple(held.values())

    def run(*tensors: Tensor) -> list[Tensor]:
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            results: list[Tensor] = program(*tensors, *constants)
        return results

    return run


def _statement(node: fx.Node, names: dict[fx.Node, str]) -> str:
    if node.op == "output":
        return f"return {_literal(node.args[0], names)}"
    if node.target is operator.getitem:
        source, index = node.args
        return f"{names[node]} = {_literal(source, names)}[{index}]"
    if not isinstance(node.target, Kernel) or node.target.namespace != "aten":
        raise UntranslatableError(f"{node.target} is no kernel of PyTorch's")
    arguments = [_literal(value, names) for value in node.args]
    arguments += [f"{key}={_literal(value, names)}" for key, value in node.kwargs.items()]
    return f"{names[node]} = torch.ops.aten.{node.target.overloadpacket.__name__}({', '.join(arguments)})"


def _literal(value: Any, names: dict[fx.Node, str]) -> str:
    """A value as TorchScript writes it."""
    if isinstance(value, fx.Node):
        return names[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(each, names) for each in value)}]"
    if isinstance(value, torch.device):
        return f'torch.device("{value}")'
    if isinstance(value, float):
        return f'float("{value!r}")' if value != value or abs(value) == float("inf") else repr(value)
    if value is None or isinstance(value, bool | int | str | torch.dtype | torch.layout | torch.memory_format):
        return repr(value)
    raise UntranslatableError(f"{value!r} has no literal")
