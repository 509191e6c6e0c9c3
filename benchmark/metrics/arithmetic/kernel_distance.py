"""KID of sets that are small enough to compare whole: what torch-fidelity computes, a tenth of its time."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

# Subsets overlap: on digits each kernel value is computed 25 times if every subset computes its own. Up to this many
# images the kernels between all of them fit into 300 MB.
MOST_IMAGES = 4000


@dataclass(frozen=True)
class RealKernels:
    """What does not depend on the generated images, only on how many there are.

    Attributes:
        chosen_generated: (subsets, N), 1 where a subset has a generated image, else 0; float64.
        chosen_real: (subsets, M), the same of real ones.
        within: (subsets,), sums of the kernel over pairs of different real images of each subset.
    """

    chosen_generated: Tensor
    chosen_real: Tensor
    within: Tensor


def real_kernels(real: Tensor, generated: int, subsets: int, size: int, seed: int) -> RealKernels:
    """Draw torch-fidelity's subsets, and sum the kernel within those of the real side.

    Args:
        real: Features (M, D), float64, on the CPU.
        generated: How many generated images there are, N.
        subsets: How many pairs of subsets are drawn.
        size: Images a subset, at most N and M.
        seed: Of the draws.
    """
    draws = np.random.RandomState(seed)
    chosen_generated, chosen_real = real.new_zeros(subsets, generated), real.new_zeros(subsets, len(real))
    for subset in range(subsets):
        chosen_generated[subset, draws.choice(generated, size, replace=False)] = 1
        chosen_real[subset, draws.choice(len(real), size, replace=False)] = 1
    return RealKernels(chosen_generated, chosen_real, _sums_within(chosen_real, real))


def subset_distances(generated: Tensor, real: Tensor, size: int, kernels: RealKernels) -> Tensor:
    """Unbiased squared MMDs (subsets,) with the kernel (x.y / D + 1)^3, float64, of torch-fidelity's subsets.

    Args:
        generated: Features (N, D), float64, on the CPU.
        real: Features (M, D), float64, on the CPU.
        size: Images a subset, as `kernels` were drawn with.
        kernels: Of the real images and as many generated ones.

    References:
        Bińkowski et al. 2018, arXiv:1801.01401, section 4; Gretton et al. 2012, JMLR 13, equation 3.
    """
    within = _sums_within(kernels.chosen_generated, generated) + kernels.within
    between = _sums(kernels.chosen_generated, generated, kernels.chosen_real, real)
    return within / (size * (size - 1)) - 2 * between / size**2


def _sums_within(chosen: Tensor, features: Tensor) -> Tensor:
    """Sums (S,) of the kernel over pairs of different chosen rows (S, N) of features (N, D)."""
    return _sums(chosen, features, chosen, features) - chosen @ _kernel_with_itself(features)


def _sums(rows: Tensor, left: Tensor, columns: Tensor, right: Tensor) -> Tensor:
    """Sums (S,) of the kernel over pairs of chosen rows (S, N) of `left` (N, D) and (S, M) of `right` (M, D)."""
    base = (left @ right.T).div_(left.shape[1]).add_(1)
    # Products, since a power takes ten times as long.
    kernel = base.square().mul_(base)
    return ((rows @ kernel) * columns).sum(1)


def _kernel_with_itself(features: Tensor) -> Tensor:
    return (features.square().sum(1) / features.shape[1] + 1) ** 3
