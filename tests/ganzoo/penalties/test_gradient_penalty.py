"""The gradient penalty of WGAN-GP, and the ways in which public implementations get it wrong."""

from math import sqrt

import pytest
import torch
from torch import Tensor

from ganzoo.penalties.gradient_penalty import gradient_penalty


def half_square(images: Tensor) -> Tensor:
    """D(x) = |x|^2 / 2, whose gradient is x itself: the norm is that of the image looked at."""
    return 0.5 * images.flatten(1).square().sum(1)


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ([3.0, 4.0, 0.0, 0.0], 16.0),  # (5 - 1)^2
        ([0.6, 0.0, 0.0, 0.8], 0.0),  # (1 - 1)^2
        ([0.1, 0.1, 0.1, 0.1], 0.64),  # (0.2 - 1)^2
    ],
)
def test_linear_critic_by_hand(weight: list[float], expected: float) -> None:
    """D(x) = w.x has the gradient w everywhere: (|w| - 1)^2 for each image, wherever one looks."""
    slope = torch.tensor(weight, dtype=torch.float64)
    real, fake = torch.randn(2, 6, 1, 2, 2, dtype=torch.float64)
    penalties = gradient_penalty(lambda images: images.flatten(1) @ slope, real, fake, torch.rand(6).double())
    torch.testing.assert_close(penalties, torch.full((6,), expected, dtype=torch.float64), rtol=0, atol=1e-9)


def quadratic_batch() -> tuple[Tensor, Tensor, Tensor]:
    """Real (3, 4), fake 0 and u = 1, 1/2, 0: looked at in (3, 4), (1.5, 2) and (0, 0), of norms 5, 2.5 and 0."""
    real = torch.tensor([3.0, 4.0], dtype=torch.float64).reshape(1, 2, 1, 1).repeat(3, 1, 1, 1)
    return real, torch.zeros_like(real), torch.tensor([1.0, 0.5, 0.0], dtype=torch.float64)


def test_quadratic_critic_by_hand() -> None:
    # (5 - 1)^2, (2.5 - 1)^2, (0 - 1)^2
    penalties = gradient_penalty(half_square, *quadratic_batch())
    torch.testing.assert_close(penalties, torch.tensor([16.0, 2.25, 1.0], dtype=torch.float64), rtol=0, atol=1e-5)


def test_norm_is_not_taken_over_the_batch() -> None:
    # One norm over the batch would be sqrt(25 + 6.25 + 0), and the penalty (5.590 - 1)^2 = 21.07.
    wrong = (sqrt(31.25) - 1) ** 2
    assert gradient_penalty(half_square, *quadratic_batch()).mean().item() == pytest.approx(19.25 / 3, abs=1e-5)
    assert abs(wrong - 19.25 / 3) > 10


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_interpolation_weight_is_not_shared_by_the_batch(shared: float) -> None:
    real, fake, noise = quadratic_batch()
    own = gradient_penalty(half_square, real, fake, noise)
    one_weight = gradient_penalty(half_square, real, fake, torch.full_like(noise, shared))
    assert one_weight.unique().numel() == 1
    assert own.unique().numel() == 3


def test_interpolation_weight_is_the_share_of_the_real_image() -> None:
    # x_hat = u x + (1 - u) G(z) with x = 10, G(z) = 2, u = 1/4: 2.5 + 1.5 = 4, and (4 - 1)^2 = 9
    real, fake = torch.full((1, 1, 1, 1), 10.0), torch.full((1, 1, 1, 1), 2.0)
    assert gradient_penalty(half_square, real, fake, torch.tensor([0.25])).item() == pytest.approx(9.0, rel=1e-6)


def test_weight_reaches_every_pixel_of_its_image() -> None:
    real, fake = torch.randn(2, 4, 3, 5, 5, dtype=torch.float64)
    noise = torch.rand(4, dtype=torch.float64)
    penalties = gradient_penalty(half_square, real, fake, noise)
    by_image = [u.item() * x + (1 - u.item()) * y for u, x, y in zip(noise, real, fake, strict=True)]
    norms = torch.stack([torch.linalg.vector_norm(image) for image in by_image])
    torch.testing.assert_close(penalties, (norms - 1) ** 2)


def test_each_penalty_depends_on_its_own_images_alone() -> None:
    real, fake = torch.randn(2, 4, 1, 3, 3, dtype=torch.float64)
    noise = torch.rand(4, dtype=torch.float64)
    together = gradient_penalty(half_square, real, fake, noise)
    one = [gradient_penalty(half_square, real[i : i + 1], fake[i : i + 1], noise[i : i + 1]) for i in range(4)]
    torch.testing.assert_close(together, torch.cat(one))


def test_second_order_gradient_by_hand() -> None:
    """D(x) = w.x with w = (3, 4): d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w| = 2 * 4 * (0.6, 0.8)."""
    slope = torch.tensor([3.0, 4.0], dtype=torch.float64, requires_grad=True)
    real, fake = torch.randn(2, 5, 2, 1, 1, dtype=torch.float64)
    penalties = gradient_penalty(lambda images: images.flatten(1) @ slope, real, fake, torch.rand(5).double())
    (gradient,) = torch.autograd.grad(penalties.mean(), slope)
    torch.testing.assert_close(gradient, torch.tensor([4.8, 6.4], dtype=torch.float64))


def test_second_order_gradient_at_a_zero_gradient_is_zero() -> None:
    """Without the epsilon in the square root this is 0 / 0."""
    slope = torch.zeros(4, requires_grad=True)
    penalties = gradient_penalty(
        lambda images: images.flatten(1) @ slope, torch.ones(3, 1, 2, 2), torch.zeros(3, 1, 2, 2), torch.rand(3)
    )
    (gradient,) = torch.autograd.grad(penalties.sum(), slope)
    assert penalties.tolist() == pytest.approx([1.0, 1.0, 1.0], abs=1e-5)
    assert gradient.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_double_backward_equals_finite_differences() -> None:
    real, fake = torch.randn(2, 2, 1, 2, 2, dtype=torch.float64)
    noise = torch.rand(2, dtype=torch.float64)
    weight = torch.randn(4, 4, dtype=torch.float64, requires_grad=True)

    def penalise(matrix: Tensor) -> Tensor:
        return gradient_penalty(lambda images: (images.flatten(1) @ matrix).tanh().sum(1), real, fake, noise)

    assert torch.autograd.gradcheck(penalise, (weight,))
    assert torch.autograd.gradgradcheck(penalise, (weight,))
