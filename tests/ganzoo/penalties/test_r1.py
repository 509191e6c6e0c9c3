"""R1: gradients on real images."""

import pytest
import torch
from torch import Tensor

from ganzoo.penalties.r1 import R1, r1_penalty

NOTHING = torch.empty(3, 0, dtype=torch.float64)


def half_square(images: Tensor) -> Tensor:
    """D(x) = |x|^2 / 2, whose gradient is x itself."""
    return 0.5 * images.flatten(1).square().sum(1)


def images() -> tuple[Tensor, Tensor]:
    """Looked at: norms of 5, 13 and 0. The others do not count."""
    looked_at = torch.tensor([[3.0, 4.0], [5.0, 12.0], [0.0, 0.0]], dtype=torch.float64).reshape(3, 1, 1, 2)
    return looked_at, torch.randn(3, 1, 1, 2, dtype=torch.float64)


def test_by_hand() -> None:
    # 25 / 2, 169 / 2, 0
    real, fake = images()
    assert r1_penalty(half_square, real, fake, NOTHING).tolist() == pytest.approx([12.5, 84.5, 0.0], rel=1e-12)


def test_is_exactly_zero_where_the_critic_is_flat() -> None:
    """No square root, so no epsilon."""
    real, fake = images()
    assert r1_penalty(lambda points: 0 * half_square(points), real, fake, NOTHING).tolist() == [0.0, 0.0, 0.0]


def test_second_order_gradient_by_hand() -> None:
    """D(x) = w.x: d/dw |w|^2 / 2 = w, wherever one looks."""
    slope = torch.tensor([3.0, -4.0], dtype=torch.float64, requires_grad=True)
    values = r1_penalty(lambda points: points.flatten(1) @ slope, *images(), NOTHING)
    (gradient,) = torch.autograd.grad(values.mean(), slope)
    assert gradient.tolist() == pytest.approx([3.0, -4.0], rel=1e-12)


def test_draws_nothing_and_has_the_weight_of_the_paper() -> None:
    generator = torch.Generator().manual_seed(0)
    before = generator.get_state()
    assert R1.noise(images()[0], generator).shape == (3, 0)
    assert torch.equal(generator.get_state(), before)
    assert (R1.weight, R1.slope) == (10.0, 0.0)
