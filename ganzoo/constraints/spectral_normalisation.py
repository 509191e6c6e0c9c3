"""Spectral normalisation: every layer's largest singular value is 1.

Written on weights by name, since torch's own parametrisation does not run under vmap.
"""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from ganzoo.components import Constraint, Weights


def initial_vectors(weights: Weights, generator: torch.Generator) -> Weights:
    """A random unit vector (rows,) for every weight of two or more dimensions, by the weight's name."""
    return {
        name: normalize(torch.randn(len(weight), generator=generator, dtype=weight.dtype, device=weight.device), dim=0)
        for name, weight in weights.items()
        if weight.dim() > 1
    }


def spectral_norm(weight: Tensor, left: Tensor) -> tuple[Tensor, Tensor]:
    """One step of power iteration on a weight seen as a matrix (rows, everything else).

    Args:
        weight: (rows, ...), with gradient.
        left: The estimate of its first left singular vector (rows,).

    Returns:
        The estimate of its largest singular value (), through which gradients flow to the weight alone, and the next
        left vector (rows,).
    """
    matrix = weight.flatten(1)
    fixed = matrix.detach()
    right = normalize(fixed.mT @ left, dim=0)
    left = normalize(fixed @ right, dim=0)
    return torch.dot(left, matrix @ right), left


def spectrally_normalise(weights: Weights, state: Weights) -> tuple[Weights, Weights]:
    """W / sigma(W), with sigma the largest singular value; every weight of two or more dimensions, by name.

    Args:
        weights: By name.
        state: Left singular vectors by the same names, from `initial_vectors` or the last call.

    Returns:
        The weights to compute with, and the next state.

    References:
        Miyato et al. 2018, arXiv:1802.05957, algorithm 1: one power iteration an update.
    """
    normalised, vectors = dict(weights), {}
    for name, left in state.items():
        largest, vectors[name] = spectral_norm(weights[name], left)
        normalised[name] = weights[name] / largest
    return normalised, vectors


SPECTRAL_NORMALISATION = Constraint(
    name="spectral-norm",
    citation="Miyato et al. 2018, arXiv:1802.05957, algorithm 1",
    limits="Holds each layer's slope, not the network's; what follows a batch norm is not held at all.",
    initial_state=initial_vectors,
    reparametrise=spectrally_normalise,
    bounds_slope=True,
    normalises=True,
)
