"""From a recorded graph to instructions: what depends on no number is done once, the rest writes into buffers."""

import operator
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, fx

from benchmark.training.programs.forms import Form, chosen_form
from benchmark.training.programs.instructions import Instruction, Name
from benchmark.training.programs.lowered import Lowered
from benchmark.training.programs.simplification import Kernel, changed_by, changes_or_draws

aten = torch.ops.aten
# A view that PyTorch does not call so, since nobody else holds what it is of.
UNSAFE_VIEW = aten._unsafe_view.default
# Need their first argument's shape alone.
FILLED = {aten.ones_like.default, aten.zeros_like.default, aten.full_like.default, aten.new_zeros.default}
# Zeros everywhere but in a region: that view of them.
REGIONS = {
    aten.slice_backward.default: "torch.ops.aten.slice.Tensor",
    aten.select_backward.default: "torch.ops.aten.select.int",
}
COPY = "torch.Tensor.copy_"

# fx types a node's target and arguments by all that they may ever be.
Node = Any


class UntranslatableError(Exception):
    """A graph holds something that cannot be played back."""


def lower(module: fx.GraphModule, inputs: Sequence[Tensor]) -> Lowered:
    """The instructions of a module whose graph calls kernels (`torch.ops.aten`) alone.

    Every kernel is tried, on the module's own numbers, in the forms that it has, and the first is taken that gives
    these numbers bit for bit.

    Args:
        module: Its output is a list of tensors.
        inputs: Tensors (...) that it takes, on a CPU.

    Raises:
        UntranslatableError: if the graph holds anything else, or changes what it is given.
    """
    walk = _Walk(module, inputs)
    for node in module.graph.nodes:
        walk.take(node)
    return walk.lowered


class _Walk:
    """One walk over a graph, node by node."""

    def __init__(self, module: fx.GraphModule, inputs: Sequence[Tensor]) -> None:
        self.lowered = Lowered()
        self._module, self._inputs = module, iter(inputs)
        # By node: what it computes of the given inputs, and its name, or names for several tensors.
        self._values: dict[Node, Any] = {}
        self._names: dict[Node, Any] = {}
        # Nodes that depend on no input's numbers.
        self._constant: set[Node] = set()
        self._scalars: dict[str, Name] = {}
        takers = {
            "placeholder": self._input,
            "get_attr": self._hold,
            "output": self._end,
            "call_function": self._called,
        }
        self._takers = defaultdict(lambda: self._refuse, takers)
        self._changed = {each for node in module.graph.nodes for each in changed_by(node)}

    def take(self, node: Node) -> None:
        """Add a node's instructions."""
        self._takers[node.op](node)

    def _input(self, node: Node) -> None:
        self._names[node], self._values[node] = self.lowered.add_input(), next(self._inputs).clone()

    def _hold(self, node: Node) -> None:
        self._values[node] = getattr(self._module, node.target)
        self._names[node] = self.lowered.add_constant(self._values[node])
        self._constant.add(node)

    def _end(self, node: Node) -> None:
        self.lowered.outputs = [each.text for each in self._named(node.args[0])]

    def _called(self, node: Node) -> None:
        if node.target is operator.getitem:
            self._item(node)
        elif isinstance(node.target, Kernel) and node.target.namespace == "aten":
            self._values[node] = node.target(*self._given(node.args), **self._given(node.kwargs))
            self._call(node)
        else:
            self._refuse(node)

    def _refuse(self, node: Node) -> None:
        raise UntranslatableError(f"{node.target} is no kernel of PyTorch's")

    def _given(self, arguments: Any) -> Any:
        """A node's arguments as numbers."""
        return fx.map_arg(arguments, self._values.__getitem__)

    def _named(self, arguments: Any) -> Any:
        """A node's arguments as instructions have them."""

        def name(node: Node) -> Any:
            return Name(self._names[node])

        return fx.map_arg(arguments, name)

    def _new_name(self, node: Node) -> str:
        name = f"v{len(self._names)}"
        self._names[node] = name
        return name

    def _item(self, node: Node) -> None:
        source, index = node.args
        self._values[node] = self._values[source][index]
        names = self._names[source]
        if isinstance(names, list):
            self._names[node] = names[index]
        else:
            item = Instruction("operator.getitem", (Name(names), index), result=self._new_name(node))
            self.lowered.add_view(item, self._values[node])

    def _call(self, node: Node) -> None:
        kernel = node.target
        is_pure = not changes_or_draws(node) and node not in self._changed
        if is_pure and kernel in FILLED:
            self._fill(node)
        elif is_pure and self._constant.issuperset(node.all_input_nodes):
            self._constant.add(node)
            self.lowered.add_once(self._plain(node, self._new_name(node)))
        elif kernel.is_view or kernel is UNSAFE_VIEW:
            self.lowered.add_view(self._plain(node, self._new_name(node)), self._values[node])
        elif kernel in REGIONS:
            self._region(node)
        elif kernel is aten.cat.default and self._is_in_a_row(node):
            self._cat(node)
        elif form := self._form(node):
            self._write(node, form)
        elif any(changed_by(node)):
            self._change(node)
        else:
            self.lowered.each.append(self._plain(node, self._new_name(node)))

    def _plain(self, node: Node, result: str | None) -> Instruction:
        """A node's kernel as it was recorded."""
        return Instruction(f"torch.ops.{node.target}", self._named(node.args), self._named(node.kwargs), result)

    def _fill(self, node: Node) -> None:
        """One number everywhere."""
        value: Tensor = self._values[node]
        number = value.flatten()[0].item() if value.numel() else 0
        self._constant.add(node)
        shape, name = (list(value.shape), list(value.stride())), self._new_name(node)
        self.lowered.add_once(Instruction("torch.empty_strided", shape, {"dtype": value.dtype}, name))
        self.lowered.add_once(Instruction("torch.Tensor.fill_", (Name(name), number)))

    def _form(self, node: Node) -> Form | None:
        if node.target._schema.returns[0].alias_info:
            return None
        return chosen_form(node.target, self._given(node.args), self._given(node.kwargs), self._values[node])

    def _write(self, node: Node, form: Form) -> None:
        expected = self._values[node]
        results = [expected] if isinstance(expected, Tensor) else expected
        places = [self.lowered.add_buffer(each) for each in results]
        self._names[node] = places[0] if isinstance(expected, Tensor) else places
        arguments = [
            self._scalar(form.scalars[place]) if place in form.scalars else argument
            for place, argument in enumerate(self._named(node.args))
        ]
        self.lowered.each.append(form.instruction(arguments, self._named(node.kwargs), [Name(each) for each in places]))
        if torch.Tag.pointwise in node.target.tags and len(places) == 1:
            self.lowered.overwritable[places[0]] = [
                self._names[each] for each in node.all_input_nodes if _lie_alike(self._values[each], expected)
            ]

    def _scalar(self, tensor: Tensor) -> Name:
        """A number as a constant."""
        made = Instruction("torch.tensor", (tensor.item(),), {"dtype": tensor.dtype})
        if repr(made) not in self._scalars:
            self._scalars[repr(made)] = Name(f"s{len(self._scalars)}")
            self.lowered.add_once(made.giving(self._scalars[repr(made)].text))
        return self._scalars[repr(made)]

    def _region(self, node: Node) -> None:
        """Zeros are written once, and the region each time."""
        gradient, _, *where = self._named(node.args)
        whole = self._names[node] = self.lowered.add_buffer(self._values[node], lasts=True)
        self.lowered.add_once(Instruction("torch.Tensor.zero_", (Name(whole),)))
        self.lowered.add_once(Instruction(REGIONS[node.target], (Name(whole), *where), result=f"{whole}r"), whole)
        self.lowered.each.append(Instruction(COPY, (Name(f"{whole}r"), gradient)))

    def _is_in_a_row(self, node: Node) -> bool:
        """Whether joined tensors lie one behind the other in their whole."""
        parts, *along = node.args
        whole: Tensor = self._values[node]
        return not any(along) and whole.is_contiguous() and all(self._values[p].dim() == whole.dim() for p in parts)

    def _cat(self, node: Node) -> None:
        """Part by part, so that what computes a part may write it in its place; what never changes is written once."""
        parts = [part for part in node.args[0] if self._values[part].numel()]
        expected: Tensor = self._values[node]
        row = expected.stride(0) * expected.element_size()
        whole = self._names[node] = self.lowered.add_buffer(expected, lasts=not self._constant.isdisjoint(parts))
        start = 0
        for number, part in enumerate(parts):
            place, length = f"{whole}p{number}", len(self._values[part])
            self.lowered.add_once(Instruction("torch.narrow", (Name(whole), 0, start, length), result=place), whole)
            self.lowered.parts[place] = (whole, start * row)
            copy = Instruction(COPY, (Name(place), self._named(part)))
            (self.lowered.once if part in self._constant else self.lowered.each).append(copy)
            start += length

    def _change(self, node: Node) -> None:
        """In place, which is its result too."""
        changed = list(changed_by(node))
        bases = [self.lowered.bases.get(self._names[each], "") for each in changed]
        if changed[0] is not node.args[0] or not all(base in self.lowered.buffers for base in bases):
            raise UntranslatableError(f"{node.target} changes what the graph was given")
        self.lowered.each.append(self._plain(node, None))
        self._names[node] = self._names[changed[0]]


def _lie_alike(one: Any, other: Tensor) -> bool:
    """Whether two tensors have their numbers at the same places of their memory."""
    if not isinstance(one, Tensor):
        return False
    return (one.dtype, one.shape, one.stride()) == (other.dtype, other.shape, other.stride())
