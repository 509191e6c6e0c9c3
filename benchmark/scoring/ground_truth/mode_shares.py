"""How evenly samples are spread over modes that are equally likely in truth."""

import math

import torch
from torch import Tensor


def reverse_divergence(counts: Tensor) -> float:
    """KL(samples || truth) in nats: sum of p log(K p) over the modes.

    This is the reverse direction: finite where modes are missed, 0 for equal shares, log K where all samples are of one
    mode. N samples that are drawn evenly have about (K - 1) / (2 N) of it.

    Args:
        counts: (K,) samples of each mode, at least one in all.

    References:
        Metz et al. 2017, arXiv:1611.02163, section 3.3.1: KL(model || data).
    """
    shares = counts.double() / counts.sum()
    # At least 0, but for rounding: equal shares of 5 modes gave -2e-16.
    return max(0.0, math.log(len(counts)) - float(torch.special.entr(shares).sum()))
