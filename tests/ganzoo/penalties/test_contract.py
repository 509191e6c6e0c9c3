"""What every penalty of the zoo must do, whatever its formula, alone and with others."""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from itertools import combinations
from pkgutil import iter_modules

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d

from ganzoo import penalties
from ganzoo.components import Penalty
from ganzoo.losses.non_saturating import NON_SATURATING
from ganzoo.registry import BUILT_IN

Noises = dict[str, Tensor]

every_penalty = pytest.mark.parametrize("penalty", BUILT_IN.penalty.values(), ids=BUILT_IN.penalty.keys())
# Each alone, and each sum of two.
SUMS = [*((one,) for one in BUILT_IN.penalty.values()), *combinations(BUILT_IN.penalty.values(), 2)]
every_sum = pytest.mark.parametrize("summed", SUMS, ids=["+".join(each.name for each in one) for one in SUMS])


def critic(kernel: Tensor, images: Tensor) -> Tensor:
    """A smooth critic that looks at every pixel's place: kernel (F, C, 3, 3), images (N, C, H, W) -> logits (N,)."""
    features = conv2d(images, kernel).tanh()
    places = torch.linspace(-1, 2, features[0, 0].numel(), dtype=features.dtype).reshape(features.shape[-2:])
    return (features * places).sum((1, 2, 3))


def batch(count: int = 5, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    real, fake = torch.rand(2, count, 2, 6, 6, dtype=dtype) * 2 - 1
    return real, fake


def noises(summed: tuple[Penalty, ...], real: Tensor, seed: int = 3) -> Noises:
    return {penalty.name: penalty.noise(real, torch.Generator().manual_seed(seed)) for penalty in summed}


def objective(summed: tuple[Penalty, ...]) -> Callable[[Tensor, Tensor, Tensor, Noises], Tensor]:
    """What a discriminator minimises: a loss and the penalties of one weight, summed, as a mean over the batch."""

    def value(kernel: Tensor, real: Tensor, fake: Tensor, noise: Noises) -> Tensor:
        losses = NON_SATURATING.discriminator(critic(kernel, real), critic(kernel, fake))
        for penalty in summed:
            losses = losses + 2.5 * penalty.function(
                lambda images: critic(kernel, images), real, fake, noise[penalty.name]
            )
        return losses.mean()

    return value


def test_every_penalty_of_the_package_is_listed() -> None:
    modules = [import_module(f"{penalties.__name__}.{found.name}") for found in iter_modules(penalties.__path__)]
    written = [part for module in modules for part in vars(module).values() if isinstance(part, Penalty)]
    assert {part.name: part for part in written} == BUILT_IN.penalty
    assert len(written) == len(BUILT_IN.penalty)


@every_penalty
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_is_not_reduced_not_negative_and_keeps_the_dtype(penalty: Penalty, dtype: torch.dtype) -> None:
    kernel, (real, fake) = torch.randn(3, 2, 3, 3, dtype=dtype), batch(dtype=dtype)
    noise = noises((penalty,), real)[penalty.name]
    values = penalty.function(lambda images: critic(kernel, images), real, fake, noise)
    assert values.shape == (5,)
    assert values.dtype == dtype
    assert (values >= 0).all()
    assert (values > 0).any()


@every_penalty
def test_each_value_depends_on_its_own_images_alone(penalty: Penalty) -> None:
    if penalty.name == "dragan":
        pytest.skip("its noise is as large as the batch's pixels vary")
    kernel, (real, fake) = torch.randn(3, 2, 3, 3, dtype=torch.float64), batch()
    noise = noises((penalty,), real)[penalty.name]
    parts = [tensors.split(1) for tensors in (real, fake, noise)]
    by_one = [penalty.function(lambda images: critic(kernel, images), *each) for each in zip(*parts, strict=True)]
    together = penalty.function(lambda images: critic(kernel, images), real, fake, noise)
    torch.testing.assert_close(together, torch.cat(by_one))


@every_sum
def test_gradient_on_the_critic_equals_finite_differences(summed: tuple[Penalty, ...]) -> None:
    real, fake = batch(3)
    noise, value = noises(summed, real), objective(summed)
    kernel = 2 * torch.randn(2, 2, 3, 3, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda k: value(k, real, fake, noise), (kernel.requires_grad_(),))


@every_sum
def test_a_sum_is_the_sum(summed: tuple[Penalty, ...]) -> None:
    kernel, (real, fake) = torch.randn(2, 2, 3, 3, dtype=torch.float64), batch()
    noise = noises(summed, real)
    gradient = torch.func.grad_and_value
    plain = gradient(objective(()))(kernel, real, fake, noise)
    alone = [gradient(objective((penalty,)))(kernel, real, fake, noise) for penalty in summed]
    together = gradient(objective(summed))(kernel, real, fake, noise)
    for own, base, parts in zip(together, plain, zip(*alone, strict=True), strict=True):
        torch.testing.assert_close(own, base + sum(part - base for part in parts))


@every_sum
def test_stacked_critics_equal_a_loop(summed: tuple[Penalty, ...]) -> None:
    kernels = torch.randn(4, 3, 2, 3, 3, dtype=torch.float64)
    pairs = [batch() for _ in kernels]
    real, fake = (torch.stack(images) for images in zip(*pairs, strict=True))
    own = [noises(summed, pair[0], seed) for seed, pair in enumerate(pairs)]
    noise = {name: torch.stack([each[name] for each in own]) for name in own[0]}
    gradient = torch.func.grad_and_value(objective(summed))
    stacked = torch.func.vmap(gradient)(kernels, real, fake, noise)
    looped = [gradient(kernels[i], *pairs[i], own[i]) for i in range(4)]
    for mine, theirs in zip(stacked, zip(*looped, strict=True), strict=True):
        torch.testing.assert_close(mine, torch.stack(theirs))


@every_penalty
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [0.0, 1e4])
def test_dead_and_steep_critics_give_finite_updates(penalty: Penalty, dtype: torch.dtype, size: float) -> None:
    """A linear critic with slopes of 0 or 10^4, whose logits are as far out."""
    slope = torch.full((72,), size, dtype=dtype, requires_grad=True)
    real, fake = batch(dtype=dtype)
    noise = noises((penalty,), real)[penalty.name]
    values = penalty.function(lambda images: images.flatten(1) @ slope, real, fake, noise)
    (gradient,) = torch.autograd.grad(values.sum(), slope)
    assert values.isfinite().all()
    assert gradient.isfinite().all()


@every_penalty
def test_leaves_its_input_alone(penalty: Penalty) -> None:
    kernel, (real, fake) = torch.randn(2, 2, 3, 3, dtype=torch.float64), batch()
    noise = noises((penalty,), real)[penalty.name]
    before = [tensor.clone() for tensor in (real, fake, noise)]
    penalty.function(lambda images: critic(kernel, images), real, fake, noise)
    assert all(torch.equal(*pair) for pair in zip((real, fake, noise), before, strict=True))


@every_penalty
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_noise_follows_the_generator(penalty: Penalty, dtype: torch.dtype) -> None:
    real = torch.rand(6, 1, 4, 4, dtype=dtype)
    first, again, other = (penalty.noise(real, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert torch.equal(first, other) == (first.numel() == 0)
    assert len(first) == 6
    assert first.dtype == dtype


@every_penalty
def test_the_slope_is_where_a_linear_critic_pays_nothing(penalty: Penalty) -> None:
    """And where it is None no slope is free: a slope is not what it looks at."""
    real, fake = batch()
    noise = noises((penalty,), real)[penalty.name]
    direction = torch.nn.functional.normalize(torch.randn(72, dtype=torch.float64), dim=0)
    slope = 0.7 if penalty.slope is None else penalty.slope
    paid = penalty.function(lambda images: images.flatten(1) @ (slope * direction), real, fake, noise)
    steeper = penalty.function(lambda images: images.flatten(1) @ (2 * direction), real, fake, noise)
    assert (paid < 1e-9).all() == (penalty.slope is not None)
    assert steeper.sum() > 0.1


@every_penalty
def test_states_its_paper_its_limits_and_its_formula(penalty: Penalty) -> None:
    assert re.search(r"(arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4,}/\S)", penalty.citation)
    assert any(word in penalty.citation for word in ("equation", "section", "algorithm", "table"))
    assert penalty.limits.endswith(".")
    assert penalty.weight > 0
    described = inspect.getdoc(getattr(penalty.function, "func", penalty.function)) or ""
    assert re.search(r"\S; \(N, C, H, W\), \(N, C, H, W\), \(N.*\) -> \(N,\)\.$", described.splitlines()[0])
