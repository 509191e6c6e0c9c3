"""The triangle that an image's moments belong to: exact for a picture of a triangle, a start for all others."""

import math

import torch
from torch import Tensor

LEAST = 1e-6  # square pixels: keeps the quotients of blank and of thin images defined
PIXEL_VARIANCE = 1 / 12  # of a point within a pixel, which is part of an image's second moments


def moment_triangles(pixels: Tensor) -> Tensor:
    """Triangles with the same centre of mass, second moments, and direction of the third moments as the images.

    A linear map that makes the second moments those of a circle turns any triangle into an equilateral one, whose
    vertices are sqrt(8) standard deviations from its centre, in the directions where the third moment is largest.

    Args:
        pixels: (N, R, R) brightness, rows first, not negative.

    Returns:
        Vertices (N, 3, 2), x and y in pixels from the upper left corner; of no meaning for a blank image, but finite.

    References:
        Voss and Süße 1997, Invariant fitting of planar objects by primitives, IEEE TPAMI 19(1).
    """
    middles = torch.arange(pixels.shape[-1], device=pixels.device, dtype=pixels.dtype) + 0.5
    mass = pixels.sum((1, 2)).clamp_min(LEAST)

    def mean(values: Tensor) -> Tensor:
        return ((pixels * values).sum((1, 2)) / mass)[:, None, None]

    x, y = middles.expand_as(pixels), middles[:, None].expand_as(pixels)
    centre_x, centre_y = mean(x), mean(y)
    x, y = x - centre_x, y - centre_y
    # Cholesky's triangular root of the second moments is the map from the circle.
    spread_x = (mean(x * x) - PIXEL_VARIANCE).clamp_min(LEAST).sqrt()
    shear = mean(x * y) / spread_x
    spread_y = (mean(y * y) - PIXEL_VARIANCE - shear**2).clamp_min(LEAST).sqrt()
    across = x / spread_x
    down = (y - shear * across) / spread_y
    direction = torch.atan2(mean(3 * across**2 * down - down**3), mean(across**3 - 3 * across * down**2)) / 3
    angles = direction[:, 0] + 2 * math.pi / 3 * torch.arange(3, device=pixels.device, dtype=pixels.dtype)
    across, down = math.sqrt(8) * angles.cos(), math.sqrt(8) * angles.sin()
    corner_x = centre_x[:, 0] + spread_x[:, 0] * across
    corner_y = centre_y[:, 0] + shear[:, 0] * across + spread_y[:, 0] * down
    return torch.stack([corner_x, corner_y], 2)
