"""Every loss against its paper's formula, written here a second time with probabilities in place of logits."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from ganzoo.registry import BUILT_IN

Formula = Callable[[Tensor, Tensor], Tensor]
BALANCE = 0.3


def probability(logits: Tensor) -> Tensor:
    return 1 / (1 + torch.exp(-logits))


def cross_entropy(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    on_real = label * probability(real).log() + (1 - label) * (1 - probability(real)).log()
    return -on_real - (1 - probability(fake)).log()


def with_lecam(formula: Formula) -> Formula:
    """With averages of 0.3 and a weight of 0.3: x^2 - 2 x a + a^2 of both kinds' logits."""
    return lambda real, fake: (
        formula(real, fake)
        + BALANCE * (real**2 - 2 * BALANCE * real + BALANCE**2)
        + BALANCE * (fake**2 - 2 * BALANCE * fake + BALANCE**2)
    )


def average(real: Tensor, fake: Tensor) -> Tensor:
    on_real, on_fake = probability(real - fake.mean()), probability(fake - real.mean())
    return -on_real.log() - (1 - on_fake).log()


def average_turned(real: Tensor, fake: Tensor) -> Tensor:
    on_real, on_fake = probability(real - fake.mean()), probability(fake - real.mean())
    return -on_fake.log() - (1 - on_real).log()


# (discriminator, generator) by name.
FORMULAS: dict[str, tuple[Formula, Formula]] = {
    "minimax": (cross_entropy, lambda real, fake: (1 - probability(fake)).log()),
    "non-saturating": (cross_entropy, lambda real, fake: -probability(fake).log()),
    "non-saturating-smooth": (partial(cross_entropy, label=0.9), lambda real, fake: -probability(fake).log()),
    "least-squares": (
        lambda real, fake: (real - 1) ** 2 / 2 + fake**2 / 2,
        lambda real, fake: (fake - 1) ** 2 / 2,
    ),
    "hinge": (
        lambda real, fake: -torch.clamp(real - 1, max=0) - torch.clamp(-fake - 1, max=0),
        lambda real, fake: -1 * fake,
    ),
    "wasserstein": (lambda real, fake: -(real - fake), lambda real, fake: -1 * fake),
    "relativistic-average": (average, average_turned),
    "relativistic-pairing": (
        lambda real, fake: -(torch.exp(real) / (torch.exp(real) + torch.exp(fake))).log(),
        lambda real, fake: -(torch.exp(fake) / (torch.exp(real) + torch.exp(fake))).log(),
    ),
    "began": (lambda real, fake: -real - BALANCE * (-fake), lambda real, fake: -1 * fake),
}
FORMULAS |= {
    f"{name}-lecam": (with_lecam(FORMULAS[name][0]), FORMULAS[name][1])
    for name in ("hinge", "non-saturating", "wasserstein")
}
FORMULAS |= {f"{name}-san": FORMULAS[name] for name in ("hinge", "non-saturating", "wasserstein")}


def derivatives(function: Formula, real: Tensor, fake: Tensor) -> list[Tensor]:
    """Values (N,), the gradient of their sum on both logits, and the gradient of a random weighing of that."""
    values = function(real, fake)
    weights = torch.linspace(-1, 2, len(real), dtype=real.dtype)
    gradients = torch.autograd.grad((weights * values).sum(), (real, fake), create_graph=True, materialize_grads=True)
    weighed = sum((weights.flip(0) * gradient).sum() for gradient in gradients)
    if not (isinstance(weighed, Tensor) and weighed.requires_grad):
        return [values, *gradients]
    return [values, *gradients, *torch.autograd.grad(weighed, (real, fake), materialize_grads=True)]


def test_every_loss_has_its_formula_here() -> None:
    missing, unknown = BUILT_IN.loss.keys() - FORMULAS.keys(), FORMULAS.keys() - BUILT_IN.loss.keys()
    assert not missing, f"FORMULAS in {__file__} has no entry for {', '.join(sorted(missing))}: its paper's formula"
    assert not unknown, f"FORMULAS in {__file__} has entries of no loss: {', '.join(sorted(unknown))}"


@pytest.mark.parametrize("player", [0, 1], ids=["discriminator", "generator"])
@pytest.mark.parametrize("name", FORMULAS)
def test_value_and_two_derivatives(name: str, player: int) -> None:
    # Within 8 the formulas of probabilities lose 1 / (1 - p) = e^8 = 3e3 of 1e-16; squared in second derivatives.
    real, fake = (each.requires_grad_() for each in 16 * torch.rand(2, 64, dtype=torch.float64) - 8)
    loss = BUILT_IN.loss[name]
    state = {key: torch.tensor(BALANCE, dtype=torch.float64) for key in loss.state}
    own = derivatives(partial((loss.discriminator, loss.generator)[player], **state), real, fake)
    expected = derivatives(FORMULAS[name][player], real, fake)
    # A loss that is linear may have no second derivative in one of the two forms.
    for mine, theirs in zip(own, expected, strict=False):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-9)
    for extra in own[len(expected) :] + expected[len(own) :]:
        assert not extra.any()
