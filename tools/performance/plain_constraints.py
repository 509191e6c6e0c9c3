"""Constraints on a discriminator as ordinary PyTorch: a parametrisation and a sum over its weights."""

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from benchmark.training.random_streams import Streams
from ganzoo.constraints import SPECTRAL_NORMALISATION


class SpectralNorm(nn.Module):
    """Miyato et al. 2018, arXiv:1802.05957, algorithm 1, as a parametrisation; `iterate` runs its power iteration.

    PyTorch's own iterates in every forward pass, three times as often as the algorithm says.

    Args:
        left: The start of the left singular vector (rows,).
    """

    def __init__(self, left: Tensor) -> None:
        super().__init__()
        self.left = left
        self.right = left

    def iterate(self, weight: Tensor) -> None:
        """One power iteration on a weight (rows, ...)."""
        matrix = weight.detach().reshape(len(weight), -1)
        right = self.left @ matrix
        self.right = right / right.norm()
        left = matrix @ self.right
        self.left = left / left.norm()

    def forward(self, weight: Tensor) -> Tensor:
        """A weight (rows, ...) over its largest singular value."""
        return weight / (self.left @ weight.reshape(len(weight), -1) @ self.right)


Installed = list[tuple[nn.Module, SpectralNorm]]


def normalise_spectrally(discriminator: nn.Module, streams: Streams) -> Installed:
    """Install the parametrisation in a discriminator; gives the layers and what was installed.

    The start vectors are those that a cohort draws.
    """
    start = torch.Generator().manual_seed(streams.at("constraint").initial_seed())
    weights = {name: value.detach() for name, value in discriminator.named_parameters()}
    installed = []
    for name, left in SPECTRAL_NORMALISATION.initial_state(weights, start).items():
        layer = discriminator.get_submodule(name.rpartition(".")[0])
        norm = SpectralNorm(left)
        parametrize.register_parametrization(layer, "weight", norm, unsafe=True)
        installed.append((layer, norm))
    return installed


def orthogonality(module: nn.Module) -> Tensor:
    """The sum () of |W W' - I|^2 over all matrices, each turned so that it is wide.

    References:
        Brock et al. 2017, arXiv:1609.07093.
    """
    parts = []
    for parameter in module.parameters():
        if parameter.dim() > 1:
            matrix = parameter.reshape(len(parameter), -1)
            gram = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
            parts.append((gram - torch.eye(len(gram), dtype=gram.dtype)).pow(2).sum())
    return torch.stack(parts).sum()
