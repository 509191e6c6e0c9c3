"""Do generated images copy the training set? Their distances from it beside those of images that nobody trained on."""

import math

import numpy as np
import torch
from torch import Tensor

from benchmark.metrics.arithmetic.neighbours import nearest


def memorisation(generated: Tensor, train: Tensor, held_out: Tensor) -> tuple[float, float]:
    """How often a generated image is nearer to its nearest train image than a held-out real image is to its own.

    Args:
        generated: Features (N, D), N >= 1, of any floating type; computed in float64 on their device.
        train: Features (M, D) of what the generator was trained on, on the same device.
        held_out: Features (H, D), H >= 1, of real images that it was not, on the same device.

    Returns:
        The probability P(d(generated) < d(held-out)) plus half of that of a tie, in [0, 1]: 0.5 where generated images
        are no nearer than unseen ones, 1 for copies, 0 for images unlike any. And its z-score (Mann-Whitney, corrected
        for ties, against 0.5): above 0 for copying, and about standard normal without; 0 if all distances are the same.

    Raises:
        ValueError: if any of the sets is empty.

    References:
        Meehan et al. 2020, arXiv:2004.05675, section 3: the global test, where theirs averages it over cells of the
        space. Its sign is turned, so that more is more copying. Mann and Whitney 1947, doi:10.1214/aoms/1177730491.
    """
    if not (len(generated) and len(held_out)):
        raise ValueError(f"{len(generated)} generated and {len(held_out)} held-out images: at least one of each")
    ours, theirs = (nearest(images, train, 1)[0].flatten() for images in (generated, held_out))
    ordered = theirs.sort().values
    # Half of the held-out distances that are no less, and half of those that are greater.
    greater = [len(ordered) - torch.searchsorted(ordered, ours, right=right) for right in (False, True)]
    wins = (greater[0] + greater[1]).sum().item() / 2
    pairs = len(ours) * len(theirs)
    deviation = math.sqrt(pairs * _spread(torch.cat([ours, theirs])) / 12)
    return wins / pairs, (wins - pairs / 2) / deviation if deviation else 0.0


def _spread(values: Tensor) -> float:
    """For n values (n,), n + 1 less what ties take from it: 0 if they are all the same."""
    ties = np.unique(values.numpy(force=True), return_counts=True)[1].astype(np.float64)
    count = len(values)
    return count + 1 - float((ties**3 - ties).sum()) / (count * (count - 1))
