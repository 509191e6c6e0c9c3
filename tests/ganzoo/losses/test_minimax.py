"""The saturating loss."""

from math import exp, log, log1p

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from ganzoo.losses.minimax import MINIMAX, minimax_discriminator, minimax_generator


@pytest.mark.parametrize(
    ("fake", "expected"),
    [
        (0.0, -0.6931471806),  # log(1 - 1/2)
        (-log(4), -0.2231435513),  # D(G(z)) = 1/5: log(4/5)
        (log(4), -1.6094379124),  # D(G(z)) = 4/5: log(1/5)
    ],
)
def test_generator_by_hand(fake: float, expected: float) -> None:
    assert minimax_generator(torch.zeros(1), torch.tensor([fake], dtype=torch.float64)).item() == pytest.approx(
        expected, abs=1e-9
    )


def test_discriminator_by_hand() -> None:
    # D(x) = 3/4, D(G(z)) = 1/5: -log(3/4) - log(4/5) = log(5/3)
    value = minimax_discriminator(
        torch.tensor([log(3)], dtype=torch.float64), torch.tensor([-log(4)], dtype=torch.float64)
    )
    assert value.item() == pytest.approx(log(5 / 3), abs=1e-12)


def test_both_players_share_one_value_function() -> None:
    """Equation 1: the generator minimises the part of the discriminator's negative objective that it can change."""
    real, fake = 10 * torch.randn(2, 1000, dtype=torch.float64)
    on_fake = binary_cross_entropy_with_logits(fake, torch.zeros_like(fake), reduction="none")
    on_real = binary_cross_entropy_with_logits(real, torch.ones_like(real), reduction="none")
    torch.testing.assert_close(minimax_discriminator(real, fake), on_real + on_fake)
    torch.testing.assert_close(minimax_generator(real, fake), -on_fake)


@pytest.mark.parametrize(("fake_logit", "at_most"), [(-10.0, 5e-5), (-30.0, 1e-12), (-1000.0, 0.0)])
def test_gradient_vanishes_where_the_discriminator_is_sure(fake_logit: float, at_most: float) -> None:
    # d/dx -softplus(x) = -1 / (1 + e^-x)
    fake = torch.tensor([fake_logit], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(minimax_generator(torch.zeros(1), fake).sum(), fake)
    assert abs(gradient.item()) <= at_most
    if fake_logit > -700:
        assert gradient.item() == pytest.approx(-1 / (1 + exp(-fake_logit)), rel=1e-9)


def test_output_is_a_probability() -> None:
    assert MINIMAX.output(torch.tensor([0.0, -log(4)])).tolist() == pytest.approx([0.5, 0.2])


def test_float64_is_exact_where_the_softplus_of_torch_is_not() -> None:
    """log(1 + e^25) = 25 + log(1 + e^-25), which softplus gives as 25."""
    fake = torch.tensor([25.0], dtype=torch.float64, requires_grad=True)
    value = minimax_generator(torch.zeros(1), fake)
    (gradient,) = torch.autograd.grad(value, fake)
    assert -value.item() - 25 == pytest.approx(log1p(exp(-25)), rel=1e-3)
    assert gradient.item() + 1 == pytest.approx(1 / (1 + exp(25)), rel=1e-3)
