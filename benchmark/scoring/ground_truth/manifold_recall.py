"""How many real images a generator can make: recall by inverting it, without any extractor."""

from collections.abc import Callable

import torch
from torch import Tensor

from benchmark.scoring.ground_truth.descent import least_distances
from benchmark.scoring.ground_truth.triangle_manifold import threshold

TARGETS = 128  # inverted at once
LATENTS = 256  # generated from at once


def manifold_recall(
    generate: Callable[[Tensor], Tensor],
    latents: Tensor,
    targets: Tensor,
    starts: int = 4,
    steps: int = 200,
    rate: float = 0.1,
) -> float:
    """The share of real images that some latent is found for, whose image is nearer than the threshold.

    An image costs `steps` passes through the generator and back if its first start leads to it, else up to `starts`
    times as many.

    Args:
        generate: Latents (N, L) to images (N, 1, R, R) in [-1, 1], differentiable, each by itself (a network in
            evaluation mode); its weights and their gradients are left alone.
        latents: (S, L) from the generator's prior. Descent starts from those whose images are nearest.
        targets: (T, 1, R, R) uint8 real images, on the device of the latents.
        starts: Latents that are tried for an image, at most S.
        steps: Of Adam from each.
        rate: The first step's length in each coordinate; the prior's standard deviation should be about 1.

    Returns:
        In [0, 1]; a lower bound, since descent may end elsewhere.

    References:
        Lucic et al. 2018, arXiv:1711.10337, section 5.1.
    """
    with torch.no_grad():
        known = torch.cat([_pixels(generate(batch)) for batch in torch.split(latents, LATENTS)])
    enough, wanted = threshold(targets.shape[-1]), targets.flatten(1).to(known) / 255
    nearest = torch.cat([_nearest(batch, known, starts) for batch in torch.split(wanted, TARGETS)])
    left = torch.arange(len(targets), device=targets.device)
    for start in range(starts):
        parts = torch.split(left, TARGETS)
        least = [_inverted(generate, latents[nearest[part, start]], wanted[part], steps, rate) for part in parts]
        left = torch.cat([part[each > enough] for part, each in zip(parts, least, strict=True)])
        if not len(left):
            break
    return (len(targets) - len(left)) / len(targets)


def _nearest(wanted: Tensor, known: Tensor, count: int) -> Tensor:
    """Positions (N, count) of the rows of `known` (S, D) nearest to those of `wanted` (N, D), nearest first."""
    return torch.cdist(wanted, known).topk(count, largest=False).indices


def _inverted(generate: Callable[[Tensor], Tensor], starts: Tensor, wanted: Tensor, steps: int, rate: float) -> Tensor:
    """The least squared distances (N,) from pixels (N, R * R) that descent from latents (N, L) comes to."""

    def measure(points: Tensor) -> tuple[Tensor, Tensor]:
        distance = (_pixels(generate(points)) - wanted).square().sum(1)
        return distance, distance.detach()

    return least_distances(measure, starts, steps, rate)


def _pixels(images: Tensor) -> Tensor:
    """Images (N, 1, R, R) in [-1, 1] to rows (N, R * R) in [0, 1]."""
    return (images.flatten(1) + 1) / 2
