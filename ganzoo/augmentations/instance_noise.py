"""Instance noise: real and generated images overlap under noise that fades out as training goes on."""

from functools import partial

import torch
from torch import Tensor

from ganzoo.components import Augmentation


def add_instance_noise(images: Tensor, noise: Tensor, progress: Tensor, *, sigma: float) -> Tensor:
    """Images x + sigma (1 - p) e, with e ~ N(0, I); (N, C, H, W), (N, C, H, W), () -> (N, C, H, W).

    Args:
        images: x (N, C, H, W).
        noise: e (N, C, H, W).
        progress: p (), the share of training that is done, in [0, 1).
        sigma: Standard deviation at the start, for images in [-1, 1].

    Returns:
        Images (N, C, H, W); not clamped.

    References:
        Sønderby et al. 2017, arXiv:1610.04490, the appendix on instance noise.
    """
    return images + sigma * (1 - progress) * noise


def gaussian_noise(images: Tensor, generator: torch.Generator) -> Tensor:
    """One number a pixel, standard normal; (N, C, H, W) -> (N, C, H, W)."""
    return torch.randn(images.shape, generator=generator, dtype=images.dtype, device=generator.device)


INSTANCE_NOISE = Augmentation(
    name="instance-noise",
    function=partial(add_instance_noise, sigma=0.1),
    noise=gaussian_noise,
    citation="Sønderby et al. 2017, arXiv:1610.04490, appendix on instance noise (it anneals the noise; the start at "
    "0.1 and the straight line to 0 at the end of training are this zoo's)",
    limits="Hides detail finer than the noise from both players until late in training; its size is not searched.",
)
