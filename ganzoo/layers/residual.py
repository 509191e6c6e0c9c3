"""The residual blocks of WGAN-GP and SNGAN: nearest-neighbour doubling, average-pool halving, 1x1 shortcuts.

A 1x1 convolution commutes with both; each shortcut convolves on the smaller side, which gives the same numbers sooner.
"""

from collections.abc import Callable
from math import sqrt

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, relu

from ganzoo.layers.initialisation import glorot


def convolution(before: int, after: int, *, bias: bool = True) -> nn.Conv2d:
    """A 3x3 convolution of the residual path, Glorot-uniform times sqrt(2)."""
    return glorot(nn.Conv2d(before, after, 3, padding=1, bias=bias), sqrt(2))


def shortcut(before: int, after: int, *, bias: bool = True) -> nn.Conv2d:
    """A 1x1 convolution of the shortcut, Glorot-uniform."""
    return glorot(nn.Conv2d(before, after, 1, bias=bias))


class UpBlock(nn.Module):
    """Norm, ReLU, doubling, 3x3 convolution, norm, ReLU, 3x3 convolution; plus a shortcut of doubling and 1x1.

    Biases are left out: the batch norms that follow, here and in later blocks, would cancel each one.

    Args:
        before: Channels in.
        after: Channels out.
        norm: Makes the normalisation of a number of channels.

    References:
        Gulrajani et al. 2017, arXiv:1704.00028, appendix; Miyato et al. 2018, arXiv:1802.05957, appendix B.4, with the
        initialisation of the authors' code.
    """

    def __init__(self, before: int, after: int, norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.first_norm = norm(before)
        self.first = convolution(before, after, bias=False)
        self.second_norm = norm(after)
        self.second = convolution(after, after, bias=False)
        self.shortcut = shortcut(before, after, bias=False)
        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, features: Tensor, *labels: Tensor) -> Tensor:
        """Features (N, before, H, W) -> (N, after, 2H, 2W); `labels` (N,) are passed on to the norms, if given."""
        hidden = self.first(self.upsample(relu(self.first_norm(features, *labels))))
        residual: Tensor = self.second(relu(self.second_norm(hidden, *labels)))
        doubled: Tensor = self.upsample(self.shortcut(features))
        return residual + doubled


class DownBlock(nn.Module):
    """ReLU, 3x3 convolution, ReLU, 3x3 convolution, halving; plus a shortcut of halving and 1x1. No normalisation.

    Args:
        before: Channels in, and between the convolutions.
        after: Channels out.

    References:
        Miyato et al. 2018, arXiv:1802.05957, appendix B.4, with the initialisation of the authors' code.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = convolution(before, before)
        self.second = convolution(before, after)
        self.shortcut = shortcut(before, after)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, before, H, W) -> (N, after, H/2, W/2)."""
        residual = self.second(relu(self.first(relu(features))))
        halved: Tensor = self.shortcut(avg_pool2d(features, 2))
        return avg_pool2d(residual, 2) + halved


class FirstDownBlock(nn.Module):
    """3x3 convolution, ReLU, 3x3 convolution, halving; plus a shortcut of halving and 1x1. Its input is images.

    Args:
        channels: Of the images.
        after: Channels out.

    References:
        The "optimised" first block of the code of Miyato et al. 2018, arXiv:1802.05957.
    """

    def __init__(self, channels: int, after: int) -> None:
        super().__init__()
        self.first = convolution(channels, after)
        self.second = convolution(after, after)
        self.shortcut = shortcut(channels, after)

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, channels, H, W) -> (N, after, H/2, W/2)."""
        residual = self.second(relu(self.first(images)))
        halved: Tensor = self.shortcut(avg_pool2d(images, 2))
        return avg_pool2d(residual, 2) + halved


class FlatBlock(nn.Module):
    """ReLU, 3x3 convolution, ReLU, 3x3 convolution; plus a shortcut, which is 1x1 only where channels change.

    Args:
        before: Channels in, and between the convolutions.
        after: Channels out.

    References:
        Miyato et al. 2018, arXiv:1802.05957, appendix B.4: the blocks without resampling.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = convolution(before, before)
        self.second = convolution(before, after)
        self.shortcut = nn.Identity() if before == after else shortcut(before, after)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, before, H, W) -> (N, after, H, W)."""
        residual: Tensor = self.second(relu(self.first(relu(features))))
        kept: Tensor = self.shortcut(features)
        return residual + kept
