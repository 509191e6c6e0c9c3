"""Optimisers over stacked flat weights (K, P), each member with its own settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import torch
from torch import Tensor

from ganzoo.components import Weights

EPSILON = 1e-8


@dataclass(frozen=True)
class OptimiserSettings:
    """The settings of one player's optimiser, a member a row; tensors in float64.

    Attributes:
        lr: Learning rates (K, 1).
        beta2: Decays of the squared gradients (K, 1).
        betas: Decays of the gradients, 0 where the optimiser has none, and of the squared ones; K pairs of numbers, as
            kernels take them.
    """

    lr: Tensor
    beta2: Tensor
    betas: tuple[tuple[float, float], ...]

    @classmethod
    def joined(cls, parts: Sequence["OptimiserSettings"]) -> "OptimiserSettings":
        """The settings of all members of several groups."""
        return cls(
            torch.cat([part.lr for part in parts]),
            torch.cat([part.beta2 for part in parts]),
            tuple(chain.from_iterable(part.betas for part in parts)),
        )

    def select(self, positions: Sequence[int], index: slice | Tensor) -> "OptimiserSettings":
        """The settings of some members, named twice: by position, and as an index into tensors."""
        return OptimiserSettings(
            self.lr[index], self.beta2[index], tuple(self.betas[position] for position in positions)
        )

    def scaled(self, factors: Tensor) -> "OptimiserSettings":
        """The same with learning rates times `factors` (K,)."""
        return OptimiserSettings(self.lr * factors[:, None], self.beta2, self.betas)


# Updates one member by its gradients (1, P) and the factor of its learning rate.
BoundOptimiser = Callable[[Tensor, float], None]


@dataclass(frozen=True)
class Optimiser:
    """An update rule.

    Attributes:
        name: How a variant asks for it.
        moments: What it remembers, each as zeros (K, P) at the start.
        update: `(weights, gradients, moments, updates, settings)`: changes weights and moments (K, P) in place; updates
            (K, 1) counts this update in. Gradients are used up as scratch: on a CPU, fresh memory costs more than the
            arithmetic.
        bind: `(weights, moments, updates, settings)`: of one member, a function of gradients (1, P) and the factor of
            the learning rate, which does the same as `update` with less to look up.
        citation: Paper, and PyTorch's class that it equals.
    """

    name: str
    moments: tuple[str, ...]
    update: Callable[[Tensor, Tensor, Weights, Tensor, OptimiserSettings], None]
    bind: Callable[[Tensor, Weights, Tensor, OptimiserSettings], BoundOptimiser]
    citation: str


def adam(weights: Tensor, gradients: Tensor, moments: Weights, updates: Tensor, settings: OptimiserSettings) -> None:
    """Adam: w -= lr m_hat / (sqrt(v_hat) + 1e-8), in place; shapes as in `Optimiser.update`.

    Member by member, by torch's kernel, which reads and writes each number once where the formula takes nine passes.
    """
    # A GPU's kernel reads both from its own memory, as float32.
    lr = settings.lr.float() if weights.is_cuda else settings.lr
    counts = updates.float()
    for row, (beta1, beta2) in enumerate(settings.betas):
        _fused_adam(
            [weights[row]],
            [gradients[row]],
            [moments["mean"][row]],
            [moments["square"][row]],
            [],
            [counts[row, 0]],
            lr=lr[row, 0],
            beta1=beta1,
            beta2=beta2,
        )


# Private; `torch.optim.adam.adam` with `fused` ends in the same call, but first sorts its tensors by device: 70 us a
# member and update on one thread, where the kernel takes 10 for a thousand weights.
_fused_adam = partial(torch._fused_adam_, weight_decay=0.0, eps=EPSILON, amsgrad=False, maximize=False)


def bind_adam(weights: Tensor, moments: Weights, updates: Tensor, settings: OptimiserSettings) -> BoundOptimiser:
    """Adam for one member with weights (1, P); see `Optimiser.bind`."""
    state = ([weights[0]], [moments["mean"][0]], [moments["square"][0]])
    count, lr, ((beta1, beta2),) = updates[0, 0].float(), settings.lr.item(), settings.betas

    def update(gradients: Tensor, factor: float) -> None:
        own, mean, square = state
        count.copy_(updates[0, 0])
        _fused_adam(own, [gradients[0]], mean, square, [], [count], lr=lr * factor, beta1=beta1, beta2=beta2)

    return update


def bind_rmsprop(weights: Tensor, moments: Weights, updates: Tensor, settings: OptimiserSettings) -> BoundOptimiser:
    """RMSProp for one member with weights (1, P); see `Optimiser.bind`."""

    def update(gradients: Tensor, factor: float) -> None:
        scaled = settings.scaled(torch.tensor([factor], dtype=torch.float64))
        rmsprop(weights, gradients, moments, updates, scaled)

    return update


def rmsprop(weights: Tensor, gradients: Tensor, moments: Weights, updates: Tensor, settings: OptimiserSettings) -> None:
    """RMSProp: w -= lr g / (sqrt(v) + 1e-8), in place; shapes as in `Optimiser.update`."""
    square = moments["square"]
    square.lerp_(gradients.square(), (1 - settings.beta2).to(weights.dtype))
    weights.sub_(gradients.div_(square.sqrt().add_(EPSILON)).mul_(settings.lr.to(weights.dtype)))


OPTIMISERS: dict[str, Optimiser] = {
    optimiser.name: optimiser
    for optimiser in (
        Optimiser("adam", ("mean", "square"), adam, bind_adam, "Kingma and Ba 2015, arXiv:1412.6980; torch.optim.Adam"),
        Optimiser("rmsprop", ("square",), rmsprop, bind_rmsprop, "Hinton 2012, lecture 6e; torch.optim.RMSprop"),
    )
}


def stack_settings(lr: list[float], betas: list[tuple[float, float]], device: torch.device) -> OptimiserSettings:
    """Settings of K members."""
    decays = [beta2 for _, beta2 in betas]
    settings, beta2 = (torch.tensor(values, dtype=torch.float64, device=device)[:, None] for values in (lr, decays))
    return OptimiserSettings(settings, beta2, tuple(betas))
