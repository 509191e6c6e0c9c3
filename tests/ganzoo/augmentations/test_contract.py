"""What every augmentation of the zoo must do, whatever its formula."""

import pytest
import torch
from torch import Tensor
from torch.func import grad, vmap

from ganzoo.components import Augmentation
from ganzoo.registry import BUILT_IN

HALF_WAY = torch.tensor(0.5, dtype=torch.float64)
every_augmentation = pytest.mark.parametrize(
    "augmentation", BUILT_IN.augmentation.values(), ids=BUILT_IN.augmentation.keys()
)
every_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def images_and_noise(
    augmentation: Augmentation, shape: tuple[int, ...] = (5, 3, 9, 9), dtype: torch.dtype = torch.float64, seed: int = 0
) -> tuple[Tensor, Tensor]:
    images = torch.rand(shape, dtype=dtype) * 2 - 1
    return images, augmentation.noise(images, torch.Generator().manual_seed(seed))


def seen_by(augmentation: Augmentation, images: Tensor, noise: Tensor) -> Tensor:
    """The images half-way through, with everything that it remembers at 0.5."""
    half_way = HALF_WAY.to(images.dtype)
    return augmentation.function(images, noise, half_way, **dict.fromkeys(augmentation.state, half_way))


def test_the_zoo_has_some() -> None:
    assert {"diffaugment", "diffaugment-translation", "instance-noise", "ada"} <= BUILT_IN.augmentation.keys()


@every_augmentation
@every_dtype
@pytest.mark.parametrize("shape", [(4, 1, 8, 8), (4, 3, 9, 9), (1, 3, 28, 28)])
def test_keeps_shape_and_dtype(augmentation: Augmentation, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    images, noise = images_and_noise(augmentation, shape, dtype)
    seen = seen_by(augmentation, images, noise)
    assert (seen.shape, seen.dtype, noise.dtype, len(noise)) == (images.shape, dtype, dtype, len(images))


@every_augmentation
def test_gradient_equals_finite_differences_twice(augmentation: Augmentation) -> None:
    images, noise = images_and_noise(augmentation, (1, 2, 8, 8))
    images.requires_grad_()

    def seen(images: Tensor) -> Tensor:
        # Squared, so that the second derivative is not 0.
        return seen_by(augmentation, images, noise).square().sum((1, 2, 3))

    assert torch.autograd.gradcheck(seen, images)
    assert torch.autograd.gradgradcheck(seen, images)


@every_augmentation
def test_stacked_members_equal_a_loop(augmentation: Augmentation) -> None:
    pairs = [images_and_noise(augmentation, seed=seed) for seed in range(3)]
    images, noise = (torch.stack(tensors) for tensors in zip(*pairs, strict=True))

    def slope(images: Tensor, noise: Tensor) -> Tensor:
        return grad(lambda x: seen_by(augmentation, x, noise).pow(3).sum())(images)

    stacked = vmap(lambda images, noise: seen_by(augmentation, images, noise))(images, noise)
    looped = [seen_by(augmentation, *pair) for pair in pairs]
    torch.testing.assert_close(stacked, torch.stack(looped), rtol=1e-14, atol=1e-14)
    slopes = torch.stack([slope(*pair) for pair in pairs])
    torch.testing.assert_close(vmap(slope)(images, noise), slopes, rtol=1e-13, atol=1e-13)


@every_augmentation
def test_each_image_is_seen_by_itself(augmentation: Augmentation) -> None:
    images, noise = images_and_noise(augmentation)
    alone = [seen_by(augmentation, images[i : i + 1], noise[i : i + 1]) for i in range(len(images))]
    together = seen_by(augmentation, images, noise)
    torch.testing.assert_close(together, torch.cat(alone), rtol=1e-14, atol=1e-14)


@every_augmentation
def test_noise_follows_the_generator_alone(augmentation: Augmentation) -> None:
    images, noise = images_and_noise(augmentation, seed=1)
    torch.rand(3)
    assert torch.equal(noise, augmentation.noise(images, torch.Generator().manual_seed(1)))
    assert not torch.equal(noise, augmentation.noise(images, torch.Generator().manual_seed(2)))
    generator = torch.Generator().manual_seed(1)
    assert not torch.equal(augmentation.noise(images, generator), augmentation.noise(images, generator))


@every_augmentation
def test_leaves_its_input_alone(augmentation: Augmentation) -> None:
    images, noise = images_and_noise(augmentation)
    before = images.clone(), noise.clone()
    seen_by(augmentation, images, noise)
    assert torch.equal(images, before[0])
    assert torch.equal(noise, before[1])


@every_augmentation
def test_states_its_paper_and_limits(augmentation: Augmentation) -> None:
    assert "arXiv:" in augmentation.citation or "doi:10." in augmentation.citation
    assert augmentation.limits
