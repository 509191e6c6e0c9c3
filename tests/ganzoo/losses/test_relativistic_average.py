"""The relativistic average loss."""

from math import log

import pytest
import torch

from ganzoo.losses.relativistic_average import (
    RELATIVISTIC_AVERAGE,
    relativistic_average_discriminator,
    relativistic_average_generator,
)

# Averages: log 3 on real images, 0 on generated ones.
REAL = torch.tensor([log(3) + log(2), log(3) - log(2)], dtype=torch.float64)
FAKE = torch.tensor([log(4), -log(4)], dtype=torch.float64)


def test_discriminator_by_hand() -> None:
    # sigmoid(D(x) - 0): odds 6 and 3/2, so 6/7 and 3/5;
    # 1 - sigmoid(D(G(z)) - log 3): odds 4/3 and 1/12, so 3/7 and 12/13
    assert relativistic_average_discriminator(REAL, FAKE).tolist() == pytest.approx(
        [log(7 / 6) + log(7 / 3), log(5 / 3) + log(13 / 12)], rel=1e-12
    )


def test_generator_by_hand() -> None:
    # sigmoid(D(G(z)) - log 3) = 4/7 and 1/13; 1 - sigmoid(D(x) - 0) = 1/7 and 2/5
    assert relativistic_average_generator(REAL, FAKE).tolist() == pytest.approx(
        [log(7 / 4) + log(7), log(13) + log(5 / 2)], rel=1e-12
    )


def test_gradients_flow_through_the_averages() -> None:
    """One image of each kind: both terms are softplus(G - R), so the gradient on R is -2 sigmoid(G - R)."""
    real = torch.tensor([log(3)], dtype=torch.float64, requires_grad=True)
    fake = torch.tensor([0.0], dtype=torch.float64, requires_grad=True)
    on_real, on_fake = torch.autograd.grad(relativistic_average_discriminator(real, fake).sum(), (real, fake))
    assert on_real.item() == pytest.approx(-2 / 4, rel=1e-12)
    assert on_fake.item() == pytest.approx(2 / 4, rel=1e-12)
    (of_generator,) = torch.autograd.grad(relativistic_average_generator(real, fake).sum(), fake)
    assert of_generator.item() == pytest.approx(-2 * 3 / 4, rel=1e-12)


def test_every_image_moves_every_value() -> None:
    moved = relativistic_average_discriminator(REAL + torch.tensor([1.0, 0.0]).double(), FAKE)
    assert (moved != relativistic_average_discriminator(REAL, FAKE)).all()


def test_no_single_logit_has_a_sign() -> None:
    assert RELATIVISTIC_AVERAGE.relativistic
    assert not RELATIVISTIC_AVERAGE.signed
    torch.testing.assert_close(
        relativistic_average_generator(REAL - 1e3, FAKE - 1e3), relativistic_average_generator(REAL, FAKE)
    )
