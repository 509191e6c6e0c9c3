"""Consistency regularisation: the same logit on a real image and on a shifted, perhaps mirrored copy."""

from functools import partial

import torch
from torch import Tensor

from ganzoo.components import Critic, Penalty


def consistency_penalty(
    discriminator: Critic, real: Tensor, fake: Tensor, noise: Tensor, *, flips: bool = True
) -> Tensor:
    """(D(x) - D(T(x)))^2; (N, C, H, W), (N, C, H, W), (N, 3) -> (N,).

    Args:
        discriminator: Images (N, C, H, W) -> logits (N,).
        real: Real images (N, C, H, W).
        fake: Not looked at (N, C, H, W).
        noise: Uniform in [0, 1), three numbers an image (N, 3).
        flips: Whether T mirrors half of the images; if not, it only shifts.

    Returns:
        Penalties (N,), before their weight.

    References:
        Zhang et al. 2020, arXiv:1910.12027, algorithm 1: on real images alone, at the last layer.
    """
    return (discriminator(real) - discriminator(transform(real, noise, flips=flips))).square()


def transform(images: Tensor, noise: Tensor, *, flips: bool) -> Tensor:
    """T: mirror left to right where noise[:, 0] >= 1/2, then shift; (N, C, H, W), (N, 3) -> (N, C, H, W).

    Shifts are whole pixels, all alike likely, up to an eighth of the side (at least 1) either way; what comes in at a
    border repeats the pixels at the edge.
    """
    height, width = images.shape[-2:]
    rows = _shifted(height, noise[:, 1])
    columns = _shifted(width, noise[:, 2])
    if flips:
        columns = torch.where(noise[:, :1] >= 0.5, width - 1 - columns, columns)
    images = images.gather(2, rows[:, None, :, None].expand(images.shape))
    return images.gather(3, columns[:, None, None, :].expand(images.shape))


def _shifted(side: int, noise: Tensor) -> Tensor:
    """The place that each pixel of a shifted line comes from; uniform in [0, 1) (N,) -> (N, side) int64."""
    most = max(1, side // 8)
    shifts = (noise * (2 * most + 1)).floor().long() - most
    places = torch.arange(side, device=noise.device)
    return (places + shifts[:, None]).clamp(0, side - 1)


def transform_noise(real: Tensor, generator: torch.Generator) -> Tensor:
    """Three numbers an image, uniform in [0, 1): mirror, rows, columns; (N, C, H, W) -> (N, 3)."""
    return torch.rand(len(real), 3, generator=generator, dtype=real.dtype, device=generator.device)


CONSISTENCY = Penalty(
    name="consistency",
    function=consistency_penalty,
    citation="Zhang et al. 2020, arXiv:1910.12027, algorithm 1",
    weight=10.0,
    noise=transform_noise,
    limits="Wrong where a mirrored image is another thing, as with digits: see consistency-shift. Bounds no slope.",
)
CONSISTENCY_SHIFT = Penalty(
    name="consistency-shift",
    function=partial(consistency_penalty, flips=False),
    citation="Zhang et al. 2020, arXiv:1910.12027, algorithm 1, without its flips",
    weight=10.0,
    noise=transform_noise,
    limits="Of little use on images of very few pixels, where one pixel is a large shift. Bounds no slope.",
)
