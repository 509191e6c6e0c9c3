"""Which classes generated images fall in: modes that were dropped, where images have labels."""

import torch
from torch import Tensor

from benchmark.metrics.arithmetic.neighbours import nearest


def class_coverage(generated: Tensor, real: Tensor, real_labels: Tensor, classes: int) -> tuple[float, float]:
    """The classes that generated images fall in, each in that of the nearest real image.

    Args:
        generated: Features (N, D), N >= 1, of any floating type; compared in float64 on their device.
        real: Features (M, D) of the scored split, M >= 1, on the same device.
        real_labels: (M,) int64 from 0 to `classes` - 1, on any device.
        classes: K, how many labels the data set has.

    Returns:
        How many classes hold at least one generated image, from 1 to K. And the Kullback-Leibler divergence in nats of
        the real shares of the classes from the generated ones, KL(generated || real) = sum q ln(q / p), at least 0; it
        needs no smoothing, since a class without real images gets no generated ones either. N images that fall in the
        classes as often as real ones do have about (K - 1) / 2N by chance.

    Raises:
        ValueError: if there are no generated or no real images.

    References:
        Modes and KL(model || data): Metz et al. 2017, arXiv:1611.02163, section 3.3, who label by a classifier.
    """
    if not len(generated):
        raise ValueError("0 generated images: at least one")
    labels = real_labels.to(generated.device)
    _, positions = nearest(generated, real, 1)
    ours, theirs = _shares(labels[positions.flatten()], classes), _shares(labels, classes)
    held = ours > 0
    divergence = (ours[held] * (ours[held] / theirs[held]).log()).sum()
    return float(held.sum()), max(0.0, divergence.item())  # equal shares may give -1e-17


def _shares(labels: Tensor, classes: int) -> Tensor:
    return torch.bincount(labels, minlength=classes).double() / len(labels)
