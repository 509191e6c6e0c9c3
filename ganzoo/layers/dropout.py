"""Dropout whose mask is a function of a key, so that a model's numbers never depend on who trains beside it."""

import torch
from torch import Tensor, nn


def counter_uniform(key: Tensor, shape: torch.Size, salt: int) -> Tensor:
    """Uniform numbers from a key and a position, by the finaliser of MurmurHash3 applied twice.

    The same on every device, and under `vmap`, where a shared random generator would couple the members of a cohort.

    Args:
        key: Whole number (), int64, in [0, 2**31).
        shape: What to fill.
        salt: Tells layers with the same key apart.

    Returns:
        Tensor of `shape`, float32, in [0, 1).
    """
    counter = torch.arange(shape.numel(), device=key.device, dtype=torch.int64)
    bits = _mix((counter + _mix(key + salt * 0x9E3779B9)) & 0xFFFFFFFF)
    return (bits >> 8).to(torch.float32).mul(2.0**-24).reshape(shape)


def _mix(bits: Tensor) -> Tensor:
    """MurmurHash3's 32-bit finaliser, on the low 32 bits of int64."""
    bits = bits & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return bits ^ (bits >> 16)


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
        kept = counter_uniform(self.key, features.shape, self.salt) >= self.probability
        return features * kept / (1 - self.probability)


def key_names(module: nn.Module) -> tuple[str, ...]:
    """The buffers of `module` that want a new key before each forward pass, by their full names."""
    layers = module.named_modules()
    return tuple(f"{name}.key".lstrip(".") for name, layer in layers if isinstance(layer, KeyedDropout))
