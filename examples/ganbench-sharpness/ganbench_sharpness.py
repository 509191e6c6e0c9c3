"""Sharpness: how much edges of generated images differ in strength from those of real ones, without an extractor."""

from typing import TYPE_CHECKING

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

if TYPE_CHECKING:  # the report reads the catalog of metrics, and does without torch
    from torch import Tensor


def sharpness(images: "Tensor") -> float:
    """The mean variance of the Laplacian of images (N, C, H, W) uint8 with grey values in [0, 1]; at least 0."""
    import torch

    grey = images.double().mean(1, keepdim=True) / 255
    kernel = grey.new_tensor([[0, 1, 0], [1, -4, 1], [0, 1, 0]]).view(1, 1, 3, 3)
    return float(torch.nn.functional.conv2d(grey, kernel).flatten(1).var(1, correction=0).mean())


def compared(comparison: Comparison) -> dict[str, float]:
    """The sharpness of generated images, and how far it is from that of real ones."""
    ours, theirs = sharpness(comparison.images), sharpness(comparison.real.images)
    return {"sharpness": ours, "sharpness_gap": abs(ours - theirs)}


SHARPNESS = Metric(
    name="sharpness",
    columns={
        "sharpness": Column("Sharpness", "", lower_is_better=None, lowest=0.0),
        "sharpness_gap": Column("Sharpness, distance from the real one", "", lower_is_better=True, lowest=0.0),
    },
    function=compared,
    citation="Pech-Pacheco et al. 2000, doi:10.1109/ICPR.2000.903548: the variance of the Laplacian",
)
