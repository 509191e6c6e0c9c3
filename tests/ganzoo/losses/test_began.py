"""Boundary equilibrium: the two objectives and the balance between them."""

import pytest
import torch
from torch import Tensor

from ganzoo.losses.began import BEGAN, began_discriminator, began_generator, next_balance

REAL, FAKE = -torch.tensor([2.0, 3.0]), -torch.tensor([1.0, 0.5])


def following(balance: float, real_error: float, fake_error: float, ratio: float = 0.5, gain: float = 0.001) -> float:
    def errors(mean: float) -> Tensor:
        """Two logits whose errors have this mean."""
        return -torch.tensor([0.5 * mean, 1.5 * mean], dtype=torch.float64)

    state = {"balance": torch.tensor(balance, dtype=torch.float64)}
    values = {"diversity_ratio": ratio, "balance_gain": gain}
    settings = {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}
    return next_balance(state, errors(real_error), errors(fake_error), settings)["balance"].item()


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        (0.0, [2.0, 3.0]),  # the errors of the real images alone
        (0.4, [1.6, 2.8]),  # 2 - 0.4 * 1, 3 - 0.4 * 0.5
        (1.0, [1.0, 2.5]),
    ],
)
def test_discriminator_by_hand(balance: float, expected: list[float]) -> None:
    assert began_discriminator(REAL, FAKE, torch.tensor(balance)).tolist() == pytest.approx(expected, rel=1e-6)


def test_generator_by_hand() -> None:
    assert began_generator(REAL, FAKE, torch.tensor(0.4)).tolist() == [1.0, 0.5]


def test_five_steps_of_the_balance_by_hand() -> None:
    # k + 0.001 (0.5 L(x) - L(G(z))), from 0
    steps = [
        (40.0, 8.0, 0.012),  # 0.001 (20 - 8)
        (30.0, 10.0, 0.017),  # + 0.001 (15 - 10)
        (20.0, 24.0, 0.003),  # + 0.001 (10 - 24)
        (10.0, 9.0, 0.0),  # 0.003 + 0.001 (5 - 9) = -0.001, held at 0
        (6.0, 1.0, 0.002),  # 0 + 0.001 (3 - 1): from the bound, not from -0.001
    ]
    balance = BEGAN.state["balance"]
    assert balance == 0.0
    for real_error, fake_error, expected in steps:
        balance = following(balance, real_error, fake_error)
        assert balance == pytest.approx(expected, abs=1e-15)


def test_the_gain_by_hand() -> None:
    assert following(0.1, 2.0, 0.5, gain=0.02) == pytest.approx(0.1 + 0.02 * 0.5, abs=1e-15)


def test_the_balance_is_held_at_one() -> None:
    assert following(0.9999, 10.0, 1.0) == 1.0


def test_the_balance_stays_where_the_errors_are_in_the_ratio() -> None:
    assert following(0.37, 8.0, 5.6, ratio=0.7) == pytest.approx(0.37, abs=1e-15)
    assert following(0.37, 8.0, 5.6, ratio=0.71) > 0.37
    assert following(0.37, 8.0, 5.6, ratio=0.69) < 0.37


def test_the_balance_is_not_trained() -> None:
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    settings = {name: torch.tensor(0.5, requires_grad=True) for name in ("diversity_ratio", "balance_gain")}
    state = {"balance": torch.tensor(0.2, requires_grad=True)}
    assert not next_balance(state, real, fake, settings)["balance"].requires_grad


def test_no_gradient_flows_through_the_balance_inside_a_transform() -> None:
    def total(real: Tensor) -> Tensor:
        state = {"balance": torch.tensor(0.5)}
        settings = {name: torch.tensor(0.5) for name in ("diversity_ratio", "balance_gain")}
        return next_balance(state, real, FAKE, settings)["balance"] + 0 * real.sum()

    assert torch.func.grad(total)(REAL).tolist() == [0.0, 0.0]


def test_is_for_autoencoders_with_the_settings_of_the_paper() -> None:
    assert BEGAN.energy
    assert not BEGAN.signed
    assert not BEGAN.relativistic
    own = {"balance_gain": 0.001, "diversity_ratio": 0.5}
    assert dict(BEGAN.defaults) == {"lr_generator": 1e-4, "lr_discriminator": 1e-4} | own
    assert BEGAN.output(REAL).tolist() == [-2.0, -3.0]
