"""Differentiable augmentation: images are moved, and may be recoloured and cut, before the discriminator sees them."""

import torch
from torch import Tensor

from ganzoo.components import Augmentation

TRANSLATION = 1 / 8
CUTOUT = 1 / 2


def pixels(side: int, share: float) -> int:
    """A share of a side in whole pixels, rounded half up as in the authors' later code: 28 and 1/8 -> 4.

    Their first files, among them that for BigGAN on CIFAR, floor: 3. Both agree at sides that eight divides.
    """
    return int(side * share + 0.5)


def recolour(images: Tensor, noise: Tensor) -> Tensor:
    """Colour: m + c (grey(y) + s (y - grey(y)) - m), y = x + b, m = mean(y); (N, C, H, W), (N, 3) -> (N, C, H, W).

    Args:
        images: x (N, C, H, W).
        noise: (N, 3), uniform in [0, 1), for b in [-0.5, 0.5), s in [0, 2) and c in [0.5, 1.5): brightness, saturation
            (grey is the mean over the channels, so that one channel stays as it is) and contrast.

    Returns:
        Images (N, C, H, W); not clamped.
    """
    brightness, saturation, contrast = noise.reshape(*noise.shape, 1, 1, 1).unbind(1)
    images = images + (brightness - 0.5)
    grey = images.mean(1, keepdim=True)
    images = (images - grey) * (2 * saturation) + grey
    mean = images.mean((1, 2, 3), keepdim=True)
    return (images - mean) * (contrast + 0.5) + mean


def shift_matrices(uniform: Tensor, side: int) -> Tensor:
    """For every image the matrix that moves its rows by a whole number of pixels.

    Args:
        uniform: (N,), in [0, 1).
        side: Of the images, in pixels.

    Returns:
        (N, side, side) of zeros and ones; every shift of at most an eighth of the side is equally likely, and 0 enters.
    """
    most = pixels(side, TRANSLATION)
    shifts = (uniform * (2 * most + 1)).floor() - most
    places = torch.arange(side, dtype=uniform.dtype, device=uniform.device)
    return (places[:, None] - places == shifts[:, None, None]).to(uniform.dtype)


def translate(images: Tensor, noise: Tensor, progress: Tensor) -> Tensor:
    """Images x moved by up to 1/8 of the side, both ways, with 0 entering; (N, C, H, W), (N, 2), () -> (N, C, H, W).

    Args:
        images: (N, C, H, W).
        noise: (N, 2), uniform in [0, 1): down and across.
        progress: Not read.

    Returns:
        Images (N, C, H, W).
    """
    # Products with zeros and ones are exact, and unlike indexing by position they batch and differentiate twice.
    down = shift_matrices(noise[:, 0], images.shape[2])
    across = shift_matrices(noise[:, 1], images.shape[3])
    return down[:, None] @ images @ across[:, None].mT


def inside(uniform: Tensor, side: int) -> Tensor:
    """Which rows of every image a window of half the side covers: uniform (N,), in [0, 1) -> (N, side) bool.

    Its middle is anywhere in the image, so that it may reach over the edge.
    """
    size = pixels(side, CUTOUT)
    first = (uniform * (side + 1 - size % 2)).floor()[:, None] - size // 2
    places = torch.arange(side, dtype=uniform.dtype, device=uniform.device)
    return (places >= first) & (places < first + size)


def cut(images: Tensor, noise: Tensor) -> Tensor:
    """Images x with a square of half the side at 0; (N, C, H, W), (N, 2) uniform in [0, 1) -> (N, C, H, W)."""
    rows = inside(noise[:, 0], images.shape[2])
    columns = inside(noise[:, 1], images.shape[3])
    return images * ~(rows[:, None, :, None] & columns[:, None, None, :])


def augment(images: Tensor, noise: Tensor, progress: Tensor) -> Tensor:
    """Recoloured, moved by up to 1/8, a square of half the side at 0; (N, C, H, W), (N, 7), () -> (N, C, H, W).

    Args:
        images: (N, C, H, W).
        noise: (N, 7), uniform in [0, 1): three numbers for colour, two for the way and two for the square.
        progress: Not read.

    Returns:
        Images (N, C, H, W); not clamped.

    References:
        Zhao et al. 2020, arXiv:2006.10738, section 3 and appendix: the policy "color, translation, cutout".
    """
    return cut(translate(recolour(images, noise[:, :3]), noise[:, 3:5], progress), noise[:, 5:])


def augmentation_noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Seven numbers an image, uniform in [0, 1); (N, C, H, W) -> (N, 7)."""
    return torch.rand(len(images), 7, generator=generator, dtype=images.dtype, device=generator.device)


def translation_noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Two numbers an image, uniform in [0, 1); (N, C, H, W) -> (N, 2)."""
    return torch.rand(len(images), 2, generator=generator, dtype=images.dtype, device=generator.device)


DIFFERENTIABLE = Augmentation(
    name="diffaugment",
    function=augment,
    noise=augmentation_noise,
    citation='Zhao et al. 2020, arXiv:2006.10738, section 3 and appendix (policy "color, translation, cutout": '
    "brightness within 0.5 either way, saturation times 0 to 2, contrast times 0.5 to 1.5)",
    limits="For natural images: a lighter or half-hidden digit may be another digit. What enters and what is cut is 0, "
    "which is grey. An eighth of the side is rounded, as in the authors' later code; their first floors it: 28 pixels "
    "move by up to 4 here and 3 there.",
)
DIFFERENTIABLE_TRANSLATION = Augmentation(
    name="diffaugment-translation",
    function=translate,
    noise=translation_noise,
    citation='Zhao et al. 2020, arXiv:2006.10738, section 3 and appendix (policy "translation")',
    limits="Safe for digits, but what enters is 0: grey, where the background may be black. One pixel at a side of 8. "
    "An eighth of the side is rounded, as in the authors' later code; their first floors it: 28 pixels move by up to 4 "
    "here and 3 there.",
)
