"""The distributions that latents are drawn from."""

import torch
from torch import Tensor

from ganzoo.components import Prior


def normal(shape: tuple[int, ...], generator: torch.Generator, dtype: torch.dtype) -> Tensor:
    """Standard normal latents of `shape`."""
    return torch.randn(shape, generator=generator, dtype=dtype, device=generator.device)


def uniform(shape: tuple[int, ...], generator: torch.Generator, dtype: torch.dtype) -> Tensor:
    """Latents of `shape`, uniform in [-1, 1)."""
    return torch.rand(shape, generator=generator, dtype=dtype, device=generator.device) * 2 - 1


NORMAL = Prior("normal", normal)
UNIFORM = Prior("uniform", uniform)
