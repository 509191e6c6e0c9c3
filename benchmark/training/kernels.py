"""Which convolution kernels a CPU uses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

# Measured on one thread: between layers of 8 channels or more oneDNN's convolutions are 1.5 to 2.5 times faster than
# torch's plain ones. A network whose only convolutions touch the image trains 1.4 times faster without oneDNN, whose
# blocked layouts then cost more than they save.
FEWEST_CHANNELS = 8


def pays(modules: tuple[nn.Module, ...]) -> bool:
    """Whether oneDNN pays: some convolution has channels enough on both of its sides."""
    layers = [layer for module in modules for layer in module.modules()]
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)]
    return any(min(layer.in_channels, layer.out_channels) >= FEWEST_CHANNELS for layer in convolutions)


@contextmanager
def kernels_for(*modules: nn.Module) -> Iterator[None]:
    """Use the CPU kernels that are fastest for some networks, and put back what was used before.

    The choice follows from the networks alone, so that a resumed run computes as it did before.
    """
    before = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(pays(modules))
    try:
        yield
    finally:
        torch._C._set_mkldnn_enabled(before)
