"""How weights start, by paper."""

from torch import nn


def dcgan_initialisation(module: nn.Module) -> None:
    """Weights ~ N(0, 0.02), batch norm scales ~ N(1, 0.02), biases 0. For `module.apply`.

    References:
        Radford et al. 2016, arXiv:1511.06434, section 4; the batch norm part is from the authors' code.
    """
    if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def truncated_normal_initialisation(module: nn.Module) -> None:
    """Weights ~ N(0, 0.1) cut at two standard deviations, biases 0.1. For `module.apply`."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, 0.0, 0.1, -0.2, 0.2)
        nn.init.constant_(module.bias, 0.1)
