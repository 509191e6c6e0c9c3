"""Gradients of a cohort's members: together under vmap, or one member by plain autograd, through the same objective."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, vmap

from benchmark.training.objectives import StepInputs, StepOutputs

Objective = Callable[[Tensor, StepInputs], tuple[Tensor, StepOutputs]]
Tree = dict[str, Any]


def stacked_gradients(objective: Objective, weights: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    """Gradients of all members in one vmapped program.

    Args:
        objective: Of one member: flat weights (P,) and its turn -> loss () and outcome.
        weights: (K, P).
        step: Every tensor with a leading (K,).

    Returns:
        Gradients (K, P), and the outcome with a leading (K,).
    """

    def of_one(flat: Tensor, tree: Tree) -> tuple[Tensor, Tree]:
        loss, outputs = objective(flat, StepInputs(**tree))
        return loss, tree_of(outputs)

    gradients, outputs = vmap(grad(of_one, has_aux=True))(weights, tree_of(step))
    return gradients, StepOutputs(**outputs)


def single_gradients(objective: Objective, weights: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    """The same for a cohort of one, without vmap and its overhead: shapes as in `stacked_gradients` with K = 1."""
    flat = weights[0].detach().requires_grad_()
    loss, outputs = objective(flat, StepInputs(**each(_first, tree_of(step))))
    (gradient,) = torch.autograd.grad(loss, flat)
    return gradient[None], StepOutputs(**each(_only, tree_of(outputs)))


def _first(tensor: Tensor) -> Tensor:
    return tensor[0]


def _only(tensor: Tensor) -> Tensor:
    return tensor.detach()[None]


def leaves_of(tree: Tree) -> list[Tensor]:
    """The tensors of a tree, of any shape, in its order."""
    return [leaf for value in tree.values() for leaf in (value.values() if isinstance(value, dict) else (value,))]


def like(tree: Tree, leaves: Sequence[Tensor]) -> Tree:
    """A tree of the same names as `tree`, with other tensors, of any shape, in its order."""
    rest = iter(leaves)
    return each(lambda _: next(rest), tree)


def each(change: Callable[[Tensor], Tensor], tree: Tree) -> Tree:
    """The tree with every tensor, of any shape, changed.

    Torch's own tree_map is private, and costs a small step a twentieth.
    """
    return {
        name: {key: change(tensor) for key, tensor in value.items()} if isinstance(value, dict) else change(value)
        for name, value in tree.items()
    }


def stack_trees(trees: Sequence[Tree]) -> Tree:
    """The members' trees, of the same names, as one whose tensors are (K, ...)."""
    return like(trees[0], [torch.stack(leaves) for leaves in zip(*map(leaves_of, trees), strict=True)])


def tree_of(record: StepInputs | StepOutputs) -> Tree:
    """A turn or an outcome as nested dictionaries, which vmap understands; no tensor is copied."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
