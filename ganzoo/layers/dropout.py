"""Dropout whose mask is a function of a key, so that a model's numbers never depend on who trains beside it."""

import torch
from torch import Tensor, nn


def counter_bits(key: Tensor, shape: torch.Size, salt: int) -> Tensor:
    """Random bits from a key and a position, by the finaliser of MurmurHash3 applied twice.

    The same on every device, and under `vmap`, where a shared random generator would couple the members of a cohort.

    Args:
        key: Whole number (), int64, in [0, 2**31).
        shape: What to fill.
        salt: Tells layers with the same key apart.

    Returns:
        Tensor of `shape`, int32: all of its bits are random.
    """
    start = _mix((key + salt * 0x9E3779B9).to(torch.int32))
    counter = torch.arange(shape.numel(), device=key.device, dtype=torch.int32)
    return _mix(counter + start).reshape(shape)


def _mix(bits: Tensor) -> Tensor:
    """MurmurHash3's 32-bit finaliser, on int32, whose products wrap around."""
    bits = (bits ^ _shifted(bits, 16)) * _signed(0x85EBCA6B)
    bits = (bits ^ _shifted(bits, 13)) * _signed(0xC2B2AE35)
    return bits ^ _shifted(bits, 16)


def _shifted(bits: Tensor, places: int) -> Tensor:
    """To the right, with zeros from the left."""
    return torch.bitwise_and(bits >> places, 2 ** (32 - places) - 1)


def _signed(number: int) -> int:
    """The number in [-2**31, 2**31) with the same 32 bits."""
    return (number + 2**31) % 2**32 - 2**31


class KeyedDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) with the mask drawn from the buffer `key`.

    Whoever trains sets `key` to a new number before each forward pass; in eval mode the layer passes its input on.

    Args:
        probability: Share of the units dropped, in [0, 1).
        salt: A number of its own for each layer of a network.
    """

    key: Tensor

    def __init__(self, probability: float, salt: int) -> None:
        super().__init__()
        self.probability = probability
        self.salt = salt
        self.register_buffer("key", torch.zeros((), dtype=torch.int64))

    def forward(self, features: Tensor) -> Tensor:
        """Drop units of features (N, ...) and scale the rest by 1 / (1 - probability)."""
        if not self.training:
            return features
        # Bits as whole numbers are uniform from -2**31 on.
        kept = counter_bits(self.key, features.shape, self.salt) >= round(self.probability * 2**32) - 2**31
        return features * kept / (1 - self.probability)


def key_names(module: nn.Module) -> tuple[str, ...]:
    """The buffers of `module` that want a new key before each forward pass, by their full names."""
    layers = module.named_modules()
    return tuple(f"{name}.key".lstrip(".") for name, layer in layers if isinstance(layer, KeyedDropout))
