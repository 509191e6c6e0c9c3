"""How far scores of few images agree with an order of generators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau


@dataclass(frozen=True)
class Agreement:
    """Over several draws of images.

    Attributes:
        mean: Of Kendall's tau, in [-1, 1]: the share of pairs in the right order less that of the others.
        deviation: From draw to draw; 0 of a single one.
    """

    mean: float
    deviation: float

    def __str__(self) -> str:
        return f"{self.mean:.2f} ± {self.deviation:.2f}"


def agreement(scores: NDArray[np.float64], order: NDArray[np.float64]) -> Agreement:
    """Of scores (draws, G) of G generators, G >= 2, with what they are to be ordered by, (G,)."""
    taus = [float(kendalltau(row, order).statistic) for row in scores]
    return Agreement(float(np.mean(taus)), float(np.std(taus, ddof=1)) if len(taus) > 1 else 0.0)
