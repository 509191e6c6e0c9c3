"""Doubling and halving with the filter [1, 2, 1] along each axis, with zeros beyond the edge.

Written as pooling, which is deterministic on every device and batches under `vmap`; bilinear interpolation's gradient
is not deterministic on CUDA.
"""

from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, pad


def double(features: Tensor) -> Tensor:
    """Linear interpolation; (N, C, H, W) -> (N, C, 2H, 2W), where pixel (2i, 2j) is the input's (i, j)."""
    return avg_pool2d(pad(interpolate(features, scale_factor=2, mode="nearest"), (0, 1, 0, 1)), 2, stride=1)


def halve(features: Tensor) -> Tensor:
    """Blur by [1, 2, 1] / 4 and keep the pixels (2i, 2j); (N, C, H, W) -> (N, C, H/2, W/2)."""
    return avg_pool2d(avg_pool2d(pad(features, (1, 0, 1, 0)), 2, stride=1), 2)
