"""The one place where pixels change their range: uint8 in data sets and scoring, float in [-1, 1] everywhere else."""

import torch
from torch import Tensor


def to_float(images: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Pixels for networks.

    Args:
        images: Any shape, uint8.
        dtype: Floating type of the result.

    Returns:
        The same shape in [-1, 1]: x / 127.5 - 1.
    """
    return images.to(dtype) / 127.5 - 1


def to_float_in(place: Tensor, images: Tensor) -> None:
    """Put pixels for networks where they are wanted: `to_float`'s, bit for bit.

    Args:
        place: Any shape, floating.
        images: The same shape, uint8.
    """
    place.copy_(images).div_(127.5).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Pixels for data sets and scoring; the inverse of `to_float`.

    Args:
        images: Any shape, floating; values outside [-1, 1] are clamped.

    Returns:
        The same shape, uint8, rounded to the nearest.
    """
    return ((images.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
