"""The relativistic pairing loss."""

from math import log

import pytest
import torch

from ganzoo.losses.relativistic_pairing import (
    RELATIVISTIC_PAIRING,
    relativistic_pairing_discriminator,
    relativistic_pairing_generator,
)

REAL = torch.tensor([0.0, log(3), 5.0, -2.0], dtype=torch.float64)
FAKE = torch.tensor([0.0, 0.0, 5.0 + log(4), -2.0 - log(9)], dtype=torch.float64)


def test_by_hand() -> None:
    # sigmoid(D(x) - D(G(z))) = 1/2, 3/4, 1/5, 9/10, and its complement for the generator
    assert relativistic_pairing_discriminator(REAL, FAKE).tolist() == pytest.approx(
        [log(2), log(4 / 3), log(5), log(10 / 9)], rel=1e-12
    )
    assert relativistic_pairing_generator(REAL, FAKE).tolist() == pytest.approx(
        [log(2), log(4), log(5 / 4), log(10)], rel=1e-12
    )


def test_the_players_are_each_other_with_the_images_exchanged() -> None:
    assert torch.equal(relativistic_pairing_generator(REAL, FAKE), relativistic_pairing_discriminator(FAKE, REAL))


def test_a_pair_is_one_of_the_batch() -> None:
    turned = relativistic_pairing_discriminator(REAL, FAKE.flip(0))
    # sigmoid(-2 - 0) = 1 / (1 + e^2), where the pair with -2 - log 9 gave 9/10
    assert turned[3].item() == pytest.approx(log(1 + 7.38905609893065), rel=1e-12)


def test_gradients_pull_the_pair_apart_alike() -> None:
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    on_real, on_fake = torch.autograd.grad(relativistic_pairing_discriminator(real, fake).sum(), (real, fake))
    assert on_real.tolist() == pytest.approx([-1 / 2, -1 / 4, -4 / 5, -1 / 10], rel=1e-12)
    assert on_fake.tolist() == pytest.approx([1 / 2, 1 / 4, 4 / 5, 1 / 10], rel=1e-12)


def test_no_single_logit_has_a_sign() -> None:
    assert RELATIVISTIC_PAIRING.relativistic
    assert not RELATIVISTIC_PAIRING.signed
    torch.testing.assert_close(
        relativistic_pairing_discriminator(REAL - 1e3, FAKE - 1e3), relativistic_pairing_discriminator(REAL, FAKE)
    )
