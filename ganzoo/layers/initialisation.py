"""How weights start, by paper."""

from math import prod, sqrt
from typing import TypeVar

from torch import nn

Layer = TypeVar("Layer", bound=nn.Linear | nn.Conv2d | nn.ConvTranspose2d)

LEAKY_GAIN = sqrt(2 / (1 + 0.2**2))


def normal_initialisation(module: nn.Module) -> None:
    """Weights ~ N(0, 0.02), biases 0, batch norm as PyTorch has it (scale 1, shift 0). For `module.apply`.

    References:
        Lucic et al. 2018, arXiv:1711.10337: the authors' code, which cuts convolutions at two deviations.
    """
    if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def dcgan_initialisation(module: nn.Module) -> None:
    """Weights ~ N(0, 0.02), batch norm scales ~ N(1, 0.02), biases 0. For `module.apply`.

    References:
        Radford et al. 2016, arXiv:1511.06434, section 4; the batch norm part is from the authors' code.
    """
    normal_initialisation(module)
    if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def truncated_normal_initialisation(module: nn.Module) -> None:
    """Weights ~ N(0, 0.1) cut at two standard deviations, biases 0.1. For `module.apply`."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, 0.0, 0.1, -0.2, 0.2)
        nn.init.constant_(module.bias, 0.1)


def glorot(layer: Layer, gain: float = 1.0) -> Layer:
    """`layer` with weights uniform in +-gain sqrt(6 / (fan in + fan out)) and biases 0.

    References:
        Glorot and Bengio 2010, equation 16.
    """
    nn.init.xavier_uniform_(layer.weight, gain)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def fan_in_normal(layer: Layer, gain: float = 1.0) -> Layer:
    """`layer` with weights ~ N(0, gain^2 / fan in) and biases 0; all zeros where the gain is 0.

    The fan in of a transposed convolution is how many numbers an output sums over: fewer by the strides.

    References:
        He et al. 2015, arXiv:1502.01852, equation 10.
    """
    fan_in: float = layer.weight[0].numel()
    if isinstance(layer, nn.ConvTranspose2d):
        fan_in = layer.weight[:, 0].numel() / prod(layer.stride)
    nn.init.normal_(layer.weight, 0.0, gain / sqrt(fan_in))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def leaky_initialisation(module: nn.Module) -> None:
    """Weights ~ N(0, 2 / 1.04 / fan in), biases 0, which LeakyReLU 0.2 keeps the size of. For `module.apply`.

    References:
        He et al. 2015, arXiv:1502.01852, section 2.2.
    """
    if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        fan_in_normal(module, LEAKY_GAIN)
