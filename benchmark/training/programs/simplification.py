"""A recorded graph without what computes nothing, and with what it computes twice computed once."""

import operator
from collections.abc import Iterator
from typing import Any

import torch
from torch import fx

aten = torch.ops.aten
# What `torch.ops` holds: the class has no public name.
Kernel = type(aten.add.Tensor)
ALIASES = {aten.alias.default, aten.detach.default}


def simplify(graph: fx.Graph) -> None:
    """Change a graph of kernel calls in place; it computes bit for bit what it did.

    Aliases go, and views that change no shape; of calls that are the same the first remains, and of all calls those
    that the output depends on.
    """
    for node in list(graph.nodes):
        if node.target in ALIASES or _is_idle_view(node):
            _replace(graph, node, node.args[0])
    _join(graph)
    graph.eliminate_dead_code(is_impure_node=changes_or_draws)


def changed_by(node: Any) -> Iterator[fx.Node]:
    """The nodes whose numbers a call changes in place."""
    if isinstance(node.target, Kernel):
        for place, argument in enumerate(node.target._schema.arguments):
            if argument.alias_info is not None and argument.alias_info.is_write and place < len(node.args):
                changed = node.args[place]
                if isinstance(changed, fx.Node):
                    yield changed


def changes_or_draws(node: Any) -> bool:
    """Whether a call does more than to compute its result from its arguments."""
    draws = isinstance(node.target, Kernel) and torch.Tag.nondeterministic_seeded in node.target.tags
    return node.op in ("placeholder", "output") or draws or any(changed_by(node))


def _is_idle_view(node: Any) -> bool:
    return node.target is aten.view.default and node.args[0].meta["val"].shape == node.meta["val"].shape


def _join(graph: fx.Graph) -> None:
    """Common subexpressions, but for those that are changed later."""
    changed = {each for node in graph.nodes for each in changed_by(node)}
    first: dict[Any, fx.Node] = {}
    for node in list(graph.nodes):
        is_call = isinstance(node.target, Kernel) or node.target is operator.getitem or node.op == "get_attr"
        if is_call and node not in changed and not changes_or_draws(node):
            key = (node.op, node.target, repr(node.args), repr(node.kwargs))
            if key in first:
                _replace(graph, node, first[key])
            else:
                first[key] = node


def _replace(graph: fx.Graph, node: Any, other: Any) -> None:
    node.replace_all_uses_with(other)
    graph.erase_node(node)
