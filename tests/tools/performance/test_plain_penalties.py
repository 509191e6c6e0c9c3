"""Penalties by double backward on critics whose gradients are known; test_cohort.py holds them against the zoo's."""

import pytest
import torch
from torch import Tensor

from tools.performance.plain_penalties import PENALTIES

REAL, FAKE = torch.full((2, 1, 1, 2), 2.0), torch.zeros(2, 1, 1, 2)
NOISE = torch.tensor([0.5, 1.0])


def linear(images: Tensor) -> Tensor:
    """Gradient (3, 4) everywhere, of norm 5."""
    return images.flatten(1) @ torch.tensor([3.0, 4.0])


def square(images: Tensor) -> Tensor:
    """Gradient x."""
    return images.flatten(1).square().sum(1) / 2


@pytest.mark.parametrize(("name", "expected"), [("gp", 16.0), ("lp", 16.0), ("r1", 12.5), ("r2", 12.5)])
def test_a_linear_critic(name: str, expected: float) -> None:
    assert PENALTIES[name](linear, REAL, FAKE, NOISE).tolist() == pytest.approx([expected] * 2)
    small = PENALTIES[name](lambda images: linear(images) / 10, REAL, FAKE, NOISE).tolist()
    assert small == pytest.approx([{"gp": 0.25, "lp": 0.0}.get(name, 0.125)] * 2, abs=1e-6)


def test_points_between_and_points_of_the_data() -> None:
    """At x = (1, 1) and (2, 2): norms sqrt 2 and sqrt 8; R1 looks at (2, 2) and R2 at (0, 0)."""
    expected = [(2**0.5 - 1) ** 2, (8**0.5 - 1) ** 2]
    assert PENALTIES["gp"](square, REAL, FAKE, NOISE).tolist() == pytest.approx(expected, abs=1e-5)
    assert PENALTIES["r1"](square, REAL, FAKE, NOISE).tolist() == pytest.approx([4.0, 4.0])
    assert PENALTIES["r2"](square, REAL, FAKE, NOISE).tolist() == pytest.approx([0.0, 0.0])


def test_dragan_moves_by_half_of_the_deviation_of_the_batch() -> None:
    """Pixels 0 and 2, deviation 1: noise 2 moves each by 1."""
    real = torch.tensor([0.0, 2.0]).view(1, 1, 1, 2)
    noise = torch.full_like(real, 2.0)
    expected = (10**0.5 - 1) ** 2  # at (1, 3)
    assert PENALTIES["dragan"](square, real, FAKE[:1], noise).tolist() == pytest.approx([expected], abs=1e-5)
