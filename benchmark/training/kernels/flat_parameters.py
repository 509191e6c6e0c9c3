"""A module's parameters as one flat vector, so that an optimiser is a few operations whatever the network."""

from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor, nn

from ganzoo.components import Weights

# Every parameter starts on a 64-byte boundary in float32 and float64: kernels that peel unaligned heads would otherwise
# round differently for members that lie at different places of a cohort.
ALIGNMENT = 16


@dataclass(frozen=True)
class Layout:
    """Where each parameter lies in a flat vector (P,).

    Attributes:
        names: Parameter names in the module's order.
        shapes: Their shapes.
        sizes: Their sizes and the padding behind each, in turn.
    """

    names: tuple[str, ...]
    shapes: tuple[torch.Size, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, module: nn.Module) -> "Layout":
        """The layout of a module's parameters."""
        parameters = dict(module.named_parameters())
        shapes = tuple(parameter.shape for parameter in parameters.values())
        sizes = chain.from_iterable((shape.numel(), -shape.numel() % ALIGNMENT) for shape in shapes)
        return cls(tuple(parameters), shapes, tuple(sizes))

    @property
    def parameters(self) -> int:
        """How many numbers the parameters hold, without padding."""
        return sum(self.sizes[::2])

    def flatten(self, module: nn.Module) -> Tensor:
        """The module's parameters as (P,), padded with zeros."""
        parts = []
        for parameter, padding in zip(module.parameters(), self.sizes[1::2], strict=True):
            parts += [parameter.detach().flatten(), parameter.new_zeros(padding)]
        return torch.cat(parts)

    def unflatten(self, flat: Tensor) -> Weights:
        """Views of a flat vector (P,) by parameter name; gradients flow back into the vector."""
        parts = torch.split(flat, list(self.sizes))[::2]
        return {name: part.view(shape) for name, part, shape in zip(self.names, parts, self.shapes, strict=True)}
