"""The least-squares loss."""

import pytest
import torch
from torch.nn.functional import mse_loss

from ganzoo.losses.least_squares import LEAST_SQUARES, least_squares_discriminator, least_squares_generator


@pytest.mark.parametrize(
    ("real", "fake", "expected"),
    [
        (1.0, 0.0, 0.0),  # both on target
        (0.0, 0.0, 0.5),  # (0 - 1)^2 / 2
        (3.0, -2.0, 4.0),  # 2^2 / 2 + 2^2 / 2
        (-1.0, 1.0, 2.5),  # 2^2 / 2 + 1 / 2
    ],
)
def test_discriminator_by_hand(real: float, fake: float, expected: float) -> None:
    assert least_squares_discriminator(torch.tensor([real]), torch.tensor([fake])).tolist() == [expected]


def test_generator_by_hand() -> None:
    # (3 - 1)^2 / 2, (1 - 1)^2 / 2, (-1 - 1)^2 / 2, (0 - 1)^2 / 2
    assert least_squares_generator(torch.zeros(4), torch.tensor([3.0, 1.0, -1.0, 0.0])).tolist() == [2.0, 0, 2.0, 0.5]


def test_agrees_with_mean_squared_error() -> None:
    real, fake = 10 * torch.randn(2, 1000, dtype=torch.float64)
    on_real, on_fake = mse_loss(real, torch.ones_like(real)), mse_loss(fake, torch.zeros_like(fake))
    torch.testing.assert_close(least_squares_discriminator(real, fake).mean(), (on_real + on_fake) / 2)
    torch.testing.assert_close(least_squares_generator(real, fake).mean(), mse_loss(fake, torch.ones_like(fake)) / 2)


def test_acts_on_logits() -> None:
    """On sigmoids the gradient would vanish at far logits; here it grows with the distance: x - 1."""
    fake = torch.tensor([-20.0, 20.0], requires_grad=True)
    (gradient,) = torch.autograd.grad(least_squares_generator(torch.zeros(2), fake).sum(), fake)
    assert gradient.tolist() == [-21.0, 19.0]
    assert LEAST_SQUARES.output(fake).tolist() == [-20.0, 20.0]
