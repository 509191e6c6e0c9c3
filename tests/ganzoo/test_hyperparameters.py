"""Hyperparameters: the ratio of updates both ways, and what is present."""

from dataclasses import FrozenInstanceError
from math import inf, nan

import pytest

from ganzoo.hyperparameters import NAMES, Hyperparameters, adam, wrong_default

PLAIN = Hyperparameters(lr_generator=1e-4, lr_discriminator=2e-4, beta2=0.9)


@pytest.mark.parametrize(
    ("n_critic", "discriminator_steps", "generator_steps"),
    [(1, 1, 1), (1.0, 1, 1), (2, 2, 1), (5.0, 5, 1), (0.5, 1, 2), (0.2, 1, 5), (1 / 3, 1, 3)],
)
def test_ratio_of_updates(n_critic: float, discriminator_steps: int, generator_steps: int) -> None:
    setting = PLAIN.updated({"n_critic": n_critic})
    assert setting.discriminator_steps_per_generator_step == discriminator_steps
    assert setting.generator_steps_per_turn == generator_steps


@pytest.mark.parametrize("n_critic", [0, -1, -0.5, 1.5, 2.25, 0.3, 0.7, nan, inf])
def test_other_ratios_are_refused(n_critic: float) -> None:
    with pytest.raises(ValueError, match=f"^n_critic = {n_critic}: must be a whole number or 1 over a whole number"):
        PLAIN.updated({"n_critic": n_critic})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lr_generator", 0.0),
        ("lr_generator", inf),
        ("lr_discriminator", -1e-4),
        ("lr_discriminator", nan),
        ("beta1", 1.0),
        ("beta1", -0.1),
        ("beta2", 1.5),
        ("clip", 0.0),
        ("penalty_weight", -1.0),
        ("constraint_weight", -1e-4),
        ("constraint_weight", inf),
        ("balance_gain", 0.0),
        ("diversity_ratio", -0.1),
        ("diversity_ratio", 1.1),
        ("lecam_weight", -0.1),
    ],
)
def test_a_value_out_of_its_domain_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"^{name} = {value}: must be "):
        PLAIN.updated({name: value})


def test_only_what_is_set_is_present() -> None:
    assert PLAIN.present() == {"lr_generator": 1e-4, "lr_discriminator": 2e-4, "beta2": 0.9, "n_critic": 1}


def test_what_is_present_comes_in_the_order_of_the_names() -> None:
    others = {"diversity_ratio": 1.0, "balance_gain": 0.001, "constraint_weight": 0.0, "penalty_weight": 0.0}
    others |= {"clip": 0.1, "beta1": 0.0, "lecam_weight": 0.3}
    assert tuple(PLAIN.updated(others).present()) == NAMES
    assert tuple(PLAIN.present()) == tuple(name for name in NAMES if name not in others)


def test_zero_is_present() -> None:
    assert PLAIN.updated({"beta1": 0.0}).present()["beta1"] == 0.0


def test_updating_makes_a_copy() -> None:
    changed = PLAIN.updated({"lr_generator": 0.5, "n_critic": 5})
    assert changed == Hyperparameters(lr_generator=0.5, lr_discriminator=2e-4, beta2=0.9, n_critic=5)
    assert PLAIN.lr_generator == 1e-4
    assert PLAIN.updated({}) == PLAIN
    with pytest.raises(FrozenInstanceError):
        PLAIN.beta2 = 0.5  # type: ignore[misc]


def test_adam_has_one_rate_for_both_players() -> None:
    assert adam(1e-3, 0.5, 0.9, n_critic=2).present() == {
        "lr_generator": 1e-3,
        "lr_discriminator": 1e-3,
        "beta1": 0.5,
        "beta2": 0.9,
        "n_critic": 2,
    }
    assert adam(1e-3, 0.5, 0.9).n_critic == 1


KNOWN = f"Known: {', '.join(NAMES)}"


@pytest.mark.parametrize(
    ("defaults", "told"),
    [
        ({}, ""),
        ({"lr_generator": 5e-4, "n_critic": 5}, ""),
        (PLAIN, ""),  # a variant's, which were checked when they were made
        (None, ""),
        ({"lr": 5e-4}, f"unknown hyperparameter 'lr': did you mean 'lr_generator' or 'lr_discriminator'? {KNOWN}"),
        ({"n_critics": 5}, f"unknown hyperparameter 'n_critics': did you mean 'n_critic'? {KNOWN}"),
        ({"clip": -1}, "clip = -1: must be a finite number > 0"),
        ({"beta1": "half"}, "beta1 = 'half': must be a number in [0, 1)"),
    ],
)
def test_what_a_part_brings_along_must_be_hyperparameters(defaults: object, told: str) -> None:
    assert wrong_default(defaults) == (f"defaults: {told}" if told else "")
