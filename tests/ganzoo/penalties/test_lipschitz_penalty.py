"""The one-sided penalty of WGAN-LP."""

import pytest
import torch
from torch import Tensor

from ganzoo.components import Penalty
from ganzoo.penalties.gradient_penalty import GRADIENT_PENALTY
from ganzoo.penalties.lipschitz_penalty import LIPSCHITZ_PENALTY, lipschitz_penalty

REAL, FAKE = torch.ones(2, 1, 2, 2, dtype=torch.float64), torch.zeros(2, 1, 2, 2, dtype=torch.float64)
HALF = torch.full((2,), 0.5, dtype=torch.float64)


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ([3.0, 4.0, 0.0, 0.0], 16.0),  # (5 - 1)^2
        ([0.6, 0.0, 0.0, 0.8], 0.0),  # at 1
        ([0.1, 0.1, 0.1, 0.1], 0.0),  # below 1, where gp pays (0.2 - 1)^2
    ],
)
def test_linear_critic_by_hand(weight: list[float], expected: float) -> None:
    slope = torch.tensor(weight, dtype=torch.float64)
    penalties = lipschitz_penalty(lambda images: images.flatten(1) @ slope, REAL, FAKE, HALF)
    assert penalties.tolist() == pytest.approx([expected] * 2, abs=1e-9)


def test_looks_between_the_images() -> None:
    """D(x) = |x|^2 / 2 has the slope |x|: at u = 1/2 it sees four 1.5s, of norm 3; at u = 1 four 3s, of norm 6."""

    def half_square(images: Tensor) -> Tensor:
        return 0.5 * images.flatten(1).square().sum(1)

    penalties = lipschitz_penalty(half_square, 3 * REAL, FAKE, torch.tensor([0.5, 1.0], dtype=torch.float64))
    assert penalties.tolist() == pytest.approx([4.0, 25.0], rel=1e-9)


def pull(penalty: Penalty, size: float) -> Tensor:
    """The gradient on a linear critic whose slope has this norm."""
    slope = torch.full((4,), size / 2, dtype=torch.float64, requires_grad=True)
    values = penalty.function(lambda images: images.flatten(1) @ slope, REAL, FAKE, HALF)
    return torch.autograd.grad(values.sum(), slope)[0]


def test_pulls_as_gp_above_one_and_not_at_all_below() -> None:
    torch.testing.assert_close(pull(LIPSCHITZ_PENALTY, 2.0), pull(GRADIENT_PENALTY, 2.0))
    assert pull(GRADIENT_PENALTY, 2.0).min() > 0.1
    assert pull(GRADIENT_PENALTY, 0.5).max() < -0.1
    assert not pull(LIPSCHITZ_PENALTY, 0.5).any()
