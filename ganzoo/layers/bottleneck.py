"""R3GAN's residual block: no normalisation, and the identity at the start."""

from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from ganzoo.layers.initialisation import LEAKY_GAIN, fan_in_normal

SLOPE = 0.2
EXPANSION = 2
GROUP = 16


class Bottleneck(nn.Module):
    """1x1, bias, LeakyReLU, grouped 3x3, bias, LeakyReLU, 1x1; plus the input as it is.

    An inverted bottleneck: twice the channels inside, in groups of 16 (the paper's have about 21). The last
    convolution starts at zero and the other two are scaled by blocks^(-1/4), as in Fixup (Zhang et al. 2019,
    arXiv:1901.09321).

    Args:
        width: Channels, a multiple of 8.
        blocks: How many such blocks the network has.

    References:
        Huang et al. 2024, arXiv:2501.05441, section 3, config E.
    """

    def __init__(self, width: int, blocks: int) -> None:
        super().__init__()
        inside, gain = EXPANSION * width, LEAKY_GAIN * blocks**-0.25
        self.expand = fan_in_normal(nn.Conv2d(width, inside, 1), gain)
        self.mix = fan_in_normal(nn.Conv2d(inside, inside, 3, padding=1, groups=inside // GROUP), gain)
        self.contract = fan_in_normal(nn.Conv2d(inside, width, 1, bias=False), 0.0)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, width, H, W) -> the same shape."""
        hidden = leaky_relu(self.mix(leaky_relu(self.expand(features), SLOPE)), SLOPE)
        residual: Tensor = self.contract(hidden)
        return features + residual
