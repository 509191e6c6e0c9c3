"""Batch norm whose scale and shift belong to a class."""

import torch
from torch import Tensor, nn


class ConditionalBatchNorm2d(nn.Module):
    """scale[y] * (x - mean) / deviation + shift[y], with the batch's statistics over all classes.

    Args:
        features: Channels.
        classes: How many.

    References:
        Dumoulin et al. 2017, arXiv:1610.07629, equation 5, normalised over the batch as in Miyato and Koyama 2018,
        arXiv:1802.05637, section 6.
    """

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(features, affine=False)
        self.scale = nn.Embedding(classes, features)
        self.shift = nn.Embedding(classes, features)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, features: Tensor, labels: Tensor) -> Tensor:
        """Features (N, features, H, W) and labels (N,) int64 in [0, classes) -> (N, features, H, W)."""
        scale, shift = self.scale(labels), self.shift(labels)
        return torch.addcmul(shift[:, :, None, None], self.norm(features), scale[:, :, None, None])
