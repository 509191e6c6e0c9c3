"""Writes down which kernels a computation calls, autograd's own included."""

import operator
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

aten = torch.ops.aten
# What they give is a number of Python's: what is computed with it afterwards cannot be seen.
VALUES = {aten._local_scalar_dense.default, aten.item.default, aten.equal.default, aten.is_nonzero.default}


class TracingError(Exception):
    """A computation depends on what cannot be written down."""


def trace(compute: Callable[..., Sequence[Tensor]], inputs: Sequence[Tensor]) -> fx.GraphModule:
    """A module whose graph calls the kernels (`torch.ops.aten`) that a computation calls.

    As `torch.fx.experimental.proxy_tensor.make_fx`, which takes three times as long and more, most of it for a stand-in
    of each result. Tensors that are neither inputs nor computed from them are the module's constants.

    Args:
        compute: Gives tensors.
        inputs: What it is given, tensors of any shapes.

    Raises:
        TracingError: if the computation looks at a tensor's value.
    """
    recorder = _Recorder(inputs)
    with recorder:
        outputs = compute(*inputs)
    return recorder.module(outputs)


class _Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every kernel that is called within it, below autograd.

    Args:
        inputs: Tensors of any shapes that count as given.
    """

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._graph, self._root = fx.Graph(), nn.Module()
        # By identity of a tensor, which is kept, so that no other gets it.
        self._known: dict[int, tuple[Tensor, fx.Node]] = {}
        for number, given in enumerate(inputs):
            self._note(given, self._graph.placeholder(f"input_{number}"))

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """PyTorch would import its compiler, for seconds, to keep that out of here."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in VALUES:
            raise TracingError(f"it looks at a tensor's value ({func})")
        named = tree_map_only(Tensor, self._node_of, (args, kwargs or {}))
        found = func(*args, **(kwargs or {}))
        node = self._graph.call_function(func, *named)
        if isinstance(found, Tensor):
            self._note(found, node)
        elif isinstance(found, list | tuple):
            for place, each in enumerate(found):
                if isinstance(each, Tensor):
                    self._note(each, self._graph.call_function(operator.getitem, (node, place)))
        return found

    def module(self, outputs: Sequence[Tensor]) -> fx.GraphModule:
        """What was seen, with these tensors for its output."""
        self._graph.output([self._node_of(each) for each in outputs])
        return fx.GraphModule(self._root, self._graph)

    def _note(self, tensor: Tensor, node: fx.Node) -> None:
        # `make_fx` leaves a tensor without numbers there; all that is read of it is the shape.
        node.meta["val"] = SimpleNamespace(shape=tensor.shape)
        self._known[id(tensor)] = tensor, node

    def _node_of(self, tensor: Tensor) -> fx.Node:
        if id(tensor) not in self._known:
            name = f"constant_{len(self._known)}"
            setattr(self._root, name, tensor)
            self._note(tensor, self._graph.get_attr(name))
        return self._known[id(tensor)][1]
