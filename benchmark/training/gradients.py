"""Gradients of a cohort's members: together under vmap, or one member by plain autograd, through the same objective."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, vmap

from benchmark.training.objectives import Outcome, Turn

Objective = Callable[[Tensor, Turn], tuple[Tensor, Outcome]]
Tree = dict[str, Any]


def stacked_gradients(objective: Objective, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """Gradients of all members in one vmapped program.

    Args:
        objective: Of one member: flat weights (P,) and its turn -> loss () and outcome.
        weights: (K, P).
        turn: Every tensor with a leading (K,).

    Returns:
        Gradients (K, P), and the outcome with a leading (K,).
    """

    def of_one(flat: Tensor, tree: Tree) -> tuple[Tensor, Tree]:
        loss, outcome = objective(flat, Turn(**tree))
        return loss, _tree(outcome)

    gradients, outcome = vmap(grad(of_one, has_aux=True))(weights, _tree(turn))
    return gradients, Outcome(**outcome)


def single_gradients(objective: Objective, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """The same for a cohort of one, without vmap and its overhead: shapes as in `stacked_gradients` with K = 1."""
    flat = weights[0].detach().requires_grad_()
    loss, outcome = objective(flat, Turn(**_each(_first, _tree(turn))))
    (gradient,) = torch.autograd.grad(loss, flat)
    return gradient[None], Outcome(**_each(_only, _tree(outcome)))


def _first(tensor: Tensor) -> Tensor:
    return tensor[0]


def _only(tensor: Tensor) -> Tensor:
    return tensor.detach()[None]


def _each(change: Callable[[Tensor], Tensor], tree: Tree) -> Tree:
    """The tree with every tensor changed. Torch's own tree_map costs a small network's step a twentieth."""
    return {
        name: {key: change(tensor) for key, tensor in value.items()} if isinstance(value, dict) else change(value)
        for name, value in tree.items()
    }


def _tree(record: Turn | Outcome) -> Tree:
    """The dataclass as nested dictionaries, which vmap understands; no tensor is copied."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
