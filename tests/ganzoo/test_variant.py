"""The frozen parts of a variant."""

from dataclasses import FrozenInstanceError, replace

import pytest
import torch

from ganzoo.catalog import VARIANTS
from ganzoo.penalties.one_centred import ONE_CENTRED
from ganzoo.variant import Constraint, Loss, Variant

GAN, WGAN_GP = VARIANTS["gan-mlp"], VARIANTS["wgan-gp"]


def test_a_penalty_without_a_weight_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^variant gan-mlp: a penalty and a default penalty_weight go together$"):
        replace(GAN, penalty=ONE_CENTRED)


def test_a_weight_without_a_penalty_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^variant wgan-gp: a penalty and a default penalty_weight go together$"):
        replace(WGAN_GP, penalty=None)


@pytest.mark.parametrize("part", [GAN, GAN.architecture, GAN.loss, GAN.prior, GAN.constraint, ONE_CENTRED])
def test_every_part_is_frozen(part: Variant | Loss) -> None:
    with pytest.raises(FrozenInstanceError):
        part.name = "other"  # type: ignore[misc]


def test_a_variant_is_unconstrained_unless_it_says_so() -> None:
    weights, generator = {"weight": torch.randn(3, 2)}, torch.Generator()
    constraint = GAN.constraint
    assert constraint == Constraint("none", "no constraint")
    assert constraint.initial_state(weights, generator) == {}
    assert constraint.reparametrise(weights, {}) == (weights, {})
    flat = torch.randn(2, 5)
    assert torch.equal(constraint.project(flat, torch.full((2, 1), 1e-3)), flat)


def test_a_loss_shows_logits_and_is_not_relativistic_unless_it_says_so() -> None:
    loss = Loss("difference", lambda real, fake: fake - real, lambda real, fake: -fake, "none")
    assert loss.output(torch.tensor([-2.0, 5.0])).tolist() == [-2.0, 5.0]
    assert not loss.relativistic
