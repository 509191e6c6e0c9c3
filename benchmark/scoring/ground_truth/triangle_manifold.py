"""How far images are from being triangles: precision without any extractor."""

import math

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from benchmark.datasets.coverage import coverage
from benchmark.datasets.draw import drawn
from benchmark.datasets.triangles import SMALLEST_ANGLE, SMALLEST_AREA
from benchmark.scoring.ground_truth.descent import least_distances
from benchmark.scoring.ground_truth.triangle_fit import moment_triangles

THRESHOLD = 0.75 / 28**2  # squared distance a pixel, in [0, 1]: the paper sets its own by eye, on 28x28 pixels
MOST_IMAGES = 1024  # enough for an error of 0.016 at most; a poor image takes 10 ms of a core
BATCH = 64  # its arrays nearly fit the cache
STEPS = 60
RATE = 0.02  # of the image's side
# Pixels of uint8 tell angles and areas no better than this.
ANGLE_SLACK = 1.0  # degrees
AREA_SLACK = 0.05
PRICE = 100.0  # of what is not allowed, as a squared distance: for lack of all area, or a cosine too large by 1


def manifold_precision(images: Tensor) -> dict[str, float]:
    """The share of images that are nearer to a triangle than the threshold.

    Args:
        images: (N, 1, R, R) uint8, N >= 1, on any device; 1,024 of them count, drawn by chance.

    Returns:
        "manifold_precision" in [0, 1].

    References:
        Lucic et al. 2018, arXiv:1711.10337, section 5.1.
    """
    chosen = drawn(torch.zeros(len(images)), MOST_IMAGES)
    near = manifold_distances(images[chosen.to(images.device)]) <= threshold(images.shape[-1])
    return {"manifold_precision": float(near.double().mean())}


def threshold(side: int) -> float:
    """The squared distance within which images of a side count as the same: 0.75 on 28x28 pixels in [0, 1]."""
    return THRESHOLD * side**2


def manifold_distances(images: Tensor) -> Tensor:
    """Squared distances (N,) to the nearest triangle that was found, pixels in [0, 1]; an upper bound.

    A triangle lies within the image, has angles of at least 20 degrees, and is no smaller than the smallest of the data
    set: else a blank image would be as good as a triangle. An image whose start is within the threshold stays there.

    Args:
        images: (N, 1, R, R) uint8.

    Returns:
        (N,) float32, infinite where no such triangle was met.
    """
    return torch.cat([_distances(batch[:, 0].float() / 255) for batch in torch.split(images, BATCH)])


def _distances(pixels: Tensor) -> Tensor:
    side = pixels.shape[-1]
    # Faint light far away moves the moments of an image, but not those of its bright half; single bright pixels move
    # both, but not those of where most neighbours are bright.
    bright, mostly = pixels > 0.5, avg_pool2d(pixels, 3, 1, 1) > 0.5
    starts = torch.stack([moment_triangles(each.to(pixels)) for each in (pixels, bright, mostly)]).clamp(0, side)
    measured = [_measure(start, pixels) for start in starts]
    distances = torch.stack([distance for _, distance in measured]).min(0).values
    better = torch.stack([loss for loss, _ in measured]).argmin(0)
    far = (distances > threshold(side)).nonzero()[:, 0]
    if len(far):
        chosen, wanted = starts[better[far], far], pixels[far]
        found = least_distances(lambda corners: _measure(corners, wanted), chosen, STEPS, RATE * side)
        distances[far] = torch.minimum(distances[far], found)
    return distances


def _measure(corners: Tensor, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """Squared distances (N,) of triangles (N, 3, 2) from images (N, R, R).

    First with a price on what is not allowed, for the descent; then infinite there.
    """
    side = pixels.shape[-1]
    inside = corners.clamp(0, side)
    columns = torch.arange(side, device=pixels.device, dtype=pixels.dtype)
    distance = (coverage(inside, columns) - pixels).square().sum((1, 2))
    cosine, area = _largest_cosine(inside), _area(inside) / (SMALLEST_AREA * side**2)
    outside = (corners - inside).abs().sum((1, 2)) / side
    forbidden = (cosine - math.cos(math.radians(SMALLEST_ANGLE))).relu() + (1 - area).relu() + outside
    allowed = (cosine <= math.cos(math.radians(SMALLEST_ANGLE - ANGLE_SLACK))) & (area >= 1 - AREA_SLACK)
    return distance + PRICE * forbidden, distance.detach().where(allowed, torch.inf)


def _largest_cosine(corners: Tensor) -> Tensor:
    """Of the angles (N,) of triangles (N, 3, 2): that of the smallest angle."""
    there, back = corners.roll(-1, 1) - corners, corners.roll(1, 1) - corners
    lengths = (there.square().sum(2) * back.square().sum(2)).clamp_min(1e-12).sqrt()
    return ((there * back).sum(2) / lengths).amax(1)


def _area(corners: Tensor) -> Tensor:
    """Of triangles (N, 3, 2), not negative: (N,)."""
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).abs() / 2
