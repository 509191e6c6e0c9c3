"""Optimisers over stacked flat weights (K, P), each member with its own settings."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganzoo.variant import Weights

EPSILON = 1e-8


@dataclass(frozen=True)
class Rates:
    """The settings of one player's optimiser, a member a row; float64, so that bias corrections are exact.

    Attributes:
        lr: Learning rates (K, 1).
        beta1: Decays of the gradients (K, 1); zeros where the optimiser has none.
        beta2: Decays of the squared gradients (K, 1).
    """

    lr: Tensor
    beta1: Tensor
    beta2: Tensor

    def select(self, index: slice | Tensor) -> "Rates":
        """The settings of some members."""
        return Rates(self.lr[index], self.beta1[index], self.beta2[index])

    def scaled(self, factor: float) -> "Rates":
        """The same with learning rates times `factor`."""
        if factor == 1:
            return self
        return Rates(self.lr * factor, self.beta1, self.beta2)


@dataclass(frozen=True)
class Optimiser:
    """An update rule.

    Attributes:
        name: How a variant asks for it.
        moments: What it remembers, each as zeros (K, P) at the start.
        update: `(weights, gradients, moments, updates, rates)`: changes weights and moments (K, P) in place; updates
            (K, 1) counts this update in. Gradients are used up as scratch: on a CPU, fresh memory costs more than the
            arithmetic.
        reference: Paper, and PyTorch's class that it equals.
    """

    name: str
    moments: tuple[str, ...]
    update: Callable[[Tensor, Tensor, Weights, Tensor, Rates], None]
    reference: str


def adam(weights: Tensor, gradients: Tensor, moments: Weights, updates: Tensor, rates: Rates) -> None:
    """Adam: w -= lr m_hat / (sqrt(v_hat) + 1e-8), in place; shapes as in `Optimiser.update`."""
    if len(weights) == 1 and weights.device.type == "cpu":
        _fused_adam(weights, gradients, moments, updates, rates)
        return
    mean, square = moments["mean"], moments["square"]
    mean.lerp_(gradients, (1 - rates.beta1).to(weights.dtype))
    square.lerp_(gradients.square_(), (1 - rates.beta2).to(weights.dtype))
    step_size = (rates.lr / (1 - rates.beta1**updates)).to(weights.dtype)
    root_correction = (1 - rates.beta2**updates).sqrt().to(weights.dtype)
    scratch = torch.sqrt(square, out=gradients).div_(root_correction).add_(EPSILON)
    weights.sub_(torch.div(mean, scratch, out=scratch).mul_(step_size))


def _fused_adam(weights: Tensor, gradients: Tensor, moments: Weights, updates: Tensor, rates: Rates) -> None:
    """One member on a CPU: torch's kernel reads and writes each number once, where the formula takes nine passes."""
    torch._fused_adam_(
        [weights],
        [gradients],
        [moments["mean"]],
        [moments["square"]],
        [],
        [updates.reshape(()).float()],
        lr=rates.lr.item(),
        beta1=rates.beta1.item(),
        beta2=rates.beta2.item(),
        weight_decay=0.0,
        eps=EPSILON,
        amsgrad=False,
        maximize=False,
    )


def rmsprop(weights: Tensor, gradients: Tensor, moments: Weights, updates: Tensor, rates: Rates) -> None:
    """RMSProp: w -= lr g / (sqrt(v) + 1e-8), in place; shapes as in `Optimiser.update`."""
    square = moments["square"]
    square.lerp_(gradients.square(), (1 - rates.beta2).to(weights.dtype))
    weights.sub_(gradients.div_(square.sqrt().add_(EPSILON)).mul_(rates.lr.to(weights.dtype)))


OPTIMISERS: dict[str, Optimiser] = {
    optimiser.name: optimiser
    for optimiser in (
        Optimiser("adam", ("mean", "square"), adam, "Kingma and Ba 2015, arXiv:1412.6980; torch.optim.Adam"),
        Optimiser("rmsprop", ("square",), rmsprop, "Hinton 2012, lecture 6e; torch.optim.RMSprop"),
    )
}


def stack_rates(lr: list[float], beta1: list[float], beta2: list[float], device: torch.device) -> Rates:
    """Settings of K members as columns (K, 1)."""
    columns = (torch.tensor(values, dtype=torch.float64, device=device)[:, None] for values in (lr, beta1, beta2))
    return Rates(*columns)
