"""Which kernels compute products and convolutions."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

# Measured on one thread: between layers of 8 channels or more oneDNN's convolutions are 1.5 to 2.5 times faster than
# torch's plain ones. A network whose only convolutions touch the image trains 1.4 times faster without oneDNN, whose
# blocked layouts then cost more than they save.
FEWEST_CHANNELS = 8
# Between dense layers of that width it saves a tenth; between smaller ones nothing.
FEWEST_UNITS = 512


def pays(modules: tuple[nn.Module, ...]) -> bool:
    """Whether oneDNN pays: some layer is wide enough on both of its sides."""
    return any(_is_wide(layer) for module in modules for layer in module.modules())


def _is_wide(layer: nn.Module) -> bool:
    if isinstance(layer, nn.Linear):
        return min(layer.in_features, layer.out_features) >= FEWEST_UNITS
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        return min(layer.in_channels, layer.out_channels) >= FEWEST_CHANNELS
    return False


def keep_channels_last(module: nn.Module) -> None:
    """Have every convolution of a module compute on images whose pixels keep their channels together, in place.

    Some of a GPU's kernels want that layout, and would turn images around before and after; the numbers are the same.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.register_forward_pre_hook(_channels_last)


def _channels_last(layer: nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return tuple(images.contiguous(memory_format=torch.channels_last) for images in inputs)


@contextmanager
def kernels_for(*modules: nn.Module) -> Iterator[None]:
    """Use the CPU kernels that are fastest for some networks, and put back what was used before.

    The choice follows from the networks alone, so that a resumed run computes as it did before.
    """
    # None leaves a flag as it is.
    with torch.backends.mkldnn.flags(pays(modules), deterministic=None, allow_tf32=None, fp32_precision=None):
        yield


def set_precision(precision: str) -> None:
    """Let a GPU train in "float32", or in "tf32"; PyTorch's own choice is a mixture of both."""
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
