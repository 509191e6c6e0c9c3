"""Orthogonal regularisation: every weight, seen as a matrix, near an orthonormal one."""

import torch
from torch import Tensor

from ganzoo.components import Constraint, Weights


def orthogonality(weights: Weights) -> Tensor:
    """Sum of ||W W' - I||_F^2 over weights of two or more dimensions; by name -> ().

    A weight is seen as a matrix (rows, everything else). Its smaller side is compared: tall matrices cannot have
    orthonormal rows, and the sum over the other side is larger by a constant, the difference of the sides.

    Args:
        weights: By name; vectors and scalars are left out.

    References:
        Brock et al. 2017, arXiv:1609.07093 (there a sum of absolute values); squared as in Miyato et al. 2018,
        arXiv:1802.05957, section 4, and Brock et al. 2019, arXiv:1809.11096, equation 2.
    """
    matrices = [weight.flatten(1) for weight in weights.values() if weight.dim() > 1]
    return torch.stack([_distance(matrix) for matrix in matrices]).sum()


def _distance(matrix: Tensor) -> Tensor:
    """||M M' - I||_F^2 with M the matrix (rows, columns) or its transpose, whichever is wide; -> ()."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.mT
    identity = torch.eye(len(wide), dtype=wide.dtype, device=wide.device)
    return (wide @ wide.mT - identity).square().sum()


ORTHOGONAL = Constraint(
    name="orthogonal",
    citation=(
        "Brock et al. 2017, arXiv:1609.07093; squared as in Miyato et al. 2018, arXiv:1802.05957, section 4; "
        "weight of Brock et al. 2019, arXiv:1809.11096, section 3.1"
    ),
    limits="Pulls all singular values to 1, the small ones too; at a small weight it bounds no slope.",
    regularise=orthogonality,
    defaults={"constraint_weight": 1e-4},
)
