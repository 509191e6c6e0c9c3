"""Gradient norms image by image, and the points between two images."""

import pytest
import torch
from scipy.stats import kstest
from torch import Tensor

from ganzoo.layers.gradients import gradient_norms, interpolate, interpolation_noise, squared_gradient_norms


def half_square(images: Tensor) -> Tensor:
    """D(x) = |x|^2 / 2, whose gradient is x itself: the norm is that of the image looked at."""
    return 0.5 * images.flatten(1).square().sum(1)


def test_norms_by_hand() -> None:
    images = torch.tensor([[3.0, 4.0], [-5.0, 12.0], [0.0, 0.0]], dtype=torch.float64).reshape(3, 2, 1, 1)
    assert squared_gradient_norms(half_square, images).tolist() == [25.0, 169.0, 0.0]
    assert gradient_norms(half_square, images).tolist() == pytest.approx([5.0, 13.0, 0.0], abs=1e-6)


def test_norm_is_taken_image_by_image_over_all_its_pixels() -> None:
    images = torch.randn(4, 3, 5, 7, dtype=torch.float64)
    expected = torch.stack([torch.linalg.vector_norm(image) for image in images])
    torch.testing.assert_close(gradient_norms(half_square, images), expected)
    torch.testing.assert_close(squared_gradient_norms(half_square, images), expected**2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_norm_can_be_differentiated_where_it_is_zero(dtype: torch.dtype) -> None:
    slope = torch.zeros(4, dtype=dtype, requires_grad=True)
    norms = gradient_norms(lambda images: images.flatten(1) @ slope, torch.ones(3, 1, 2, 2, dtype=dtype))
    (gradient,) = torch.autograd.grad(norms.sum(), slope)
    assert gradient.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_the_epsilon_does_not_reach_the_squared_norm() -> None:
    assert squared_gradient_norms(half_square, torch.zeros(2, 1, 3, 3, dtype=torch.float64)).tolist() == [0.0, 0.0]


def test_double_backward_equals_finite_differences() -> None:
    images = torch.randn(3, 1, 2, 2, dtype=torch.float64)
    weight = torch.randn(4, 4, dtype=torch.float64, requires_grad=True)
    for norms in (gradient_norms, squared_gradient_norms):

        def of_weight(matrix: Tensor, norms: object = norms) -> Tensor:
            return norms(lambda points: (points.flatten(1) @ matrix).tanh().sum(1), images)  # type: ignore[operator]

        assert torch.autograd.gradcheck(of_weight, (weight,))
        assert torch.autograd.gradgradcheck(of_weight, (weight,))


def test_interpolation_by_hand() -> None:
    # 1/4 * 10 + 3/4 * 2 = 4; 1 * 10 + 0 = 10
    real, fake = torch.full((2, 1, 2, 1), 10.0), torch.full((2, 1, 2, 1), 2.0)
    between = interpolate(real, fake, torch.tensor([0.25, 1.0]))
    assert between.flatten(1).tolist() == [[4.0, 4.0], [10.0, 10.0]]


def test_noise_is_uniform_and_one_number_an_image() -> None:
    noise = interpolation_noise(torch.empty(20_000, 1, 1, 1), torch.Generator().manual_seed(5))
    assert noise.shape == (20_000,)
    assert 0 <= noise.min() < 0.001
    assert 0.999 < noise.max() < 1
    assert kstest(noise.numpy(), "uniform").pvalue > 0.01
