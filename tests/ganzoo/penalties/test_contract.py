"""What every gradient penalty of the catalog must do, whatever its formula."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d

from ganzoo.catalog import VARIANTS
from ganzoo.variant import Penalty

PENALTIES = {variant.penalty.name: variant.penalty for variant in VARIANTS.values() if variant.penalty}

every_penalty = pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES.keys())


def critic(kernel: Tensor, images: Tensor) -> Tensor:
    """A smooth critic: kernel (F, C, 3, 3), images (N, C, H, W) -> logits (N,)."""
    return conv2d(images, kernel).tanh().sum((1, 2, 3))


def batch(penalty: Penalty, count: int = 5) -> tuple[Tensor, Tensor, Tensor]:
    real, fake = torch.rand(2, count, 2, 6, 6, dtype=torch.float64) * 2 - 1
    return real, fake, penalty.noise(real, torch.Generator().manual_seed(3))


@every_penalty
def test_is_not_reduced_and_not_negative(penalty: Penalty) -> None:
    kernel = torch.randn(3, 2, 3, 3, dtype=torch.float64)
    values = penalty.function(lambda images: critic(kernel, images), *batch(penalty))
    assert values.shape == (5,)
    assert (values >= 0).all()


@every_penalty
def test_gradient_on_the_critic_equals_finite_differences(penalty: Penalty) -> None:
    real, fake, noise = batch(penalty, 3)
    kernel = torch.randn(2, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda k: penalty.function(lambda images: critic(k, images), real, fake, noise), (kernel,)
    )


@every_penalty
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_dead_critic_gives_a_finite_update(penalty: Penalty, dtype: torch.dtype) -> None:
    real, fake, noise = (tensor.to(dtype) for tensor in batch(penalty))
    kernel = torch.zeros(2, 2, 3, 3, dtype=dtype, requires_grad=True)
    values = penalty.function(lambda images: critic(kernel, images), real, fake, noise)
    (gradient,) = torch.autograd.grad(values.sum(), kernel)
    assert values.isfinite().all()
    assert gradient.isfinite().all()


@every_penalty
def test_stacked_critics_equal_a_loop(penalty: Penalty) -> None:
    kernels = torch.randn(4, 3, 2, 3, 3, dtype=torch.float64)
    batches = [batch(penalty) for _ in kernels]

    def penalise(kernel: Tensor, real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
        return penalty.function(lambda images: critic(kernel, images), real, fake, noise).mean()

    gradient = torch.func.grad_and_value(penalise)
    stacked = torch.func.vmap(gradient)(kernels, *(torch.stack(part) for part in zip(*batches, strict=True)))
    looped = [gradient(kernel, *parts) for kernel, parts in zip(kernels, batches, strict=True)]
    torch.testing.assert_close(stacked[0], torch.stack([gradients for gradients, _ in looped]))
    torch.testing.assert_close(stacked[1], torch.stack([values for _, values in looped]))


@every_penalty
def test_noise_follows_the_generator(penalty: Penalty) -> None:
    real = torch.rand(6, 1, 4, 4)
    first, again, other = (penalty.noise(real, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert len(first) == 6
    assert first.dtype == real.dtype
