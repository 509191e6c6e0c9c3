"""Studies that never took place, to be raced: a typical one, and those in which one variant must not be sent out."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Noise = Callable[[np.random.Generator, tuple[int, ...]], Floats]

# FIDs of 19 variants, from a study of all the zoo on the digits, evened out.
TYPICAL_FIDS = np.array(
    [*(0.46, 0.53, 0.58, 0.62, 0.66, 0.70, 0.75, 0.80, 0.86, 0.92), *(1.0, 1.1, 1.2, 1.35, 1.5, 2.0, 2.8, 4.0, 6.0)]
)
# Deviations of the logarithms of their FIDs from seed to seed, up to a factor.
TYPICAL_DEVIATIONS = np.array(
    [
        *(0.20, 0.25, 0.12, 0.33, 0.10, 0.22, 0.28, 0.15, 0.37),
        *(0.08, 0.18, 0.30, 0.22, 0.04, 0.25, 0.20, 0.12, 0.16, 0.19),
    ]
)


def normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Standard normal noise."""
    return generator.standard_normal(shape)


def skewed_up(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """A shifted gamma distribution: mean 0, deviation 1, skewness 1."""
    return (generator.gamma(4.0, size=shape) - 4.0) / 2.0


def skewed_down(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """The same with skewness -1: most scores are high, few are far lower."""
    return -skewed_up(generator, shape)


def heavy(generator: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Student's t with five degrees of freedom, scaled to deviation 1."""
    return math.sqrt(0.6) * generator.standard_t(5, shape)


NOISES: dict[str, Noise] = {"normal": normal, "skewness 1": skewed_up, "skewness -1": skewed_down, "t5": heavy}

# Means of the logarithms of so many variants; the first is the best, or one of the best.
MEANS: dict[str, Callable[[int], Floats]] = {
    "tied": np.zeros,
    "nearly tied": lambda variants: 0.01 * np.minimum(np.arange(variants), 1),
    "half worse": lambda variants: np.repeat([0.0, 0.35], [variants // 2 + 1, variants - variants // 2 - 1]),
    "ladder": lambda variants: np.linspace(0.0, 0.05 * (variants - 1), variants),
}

# Deviations of the logarithms of so many variants.
DEVIATIONS: dict[str, Callable[[int], Floats]] = {
    "equal": lambda variants: np.full(variants, 0.2),
    "best smallest": lambda variants: np.array([0.04] + [0.4] * (variants - 1)),
    "best largest": lambda variants: np.array([0.4] + [0.04] * (variants - 1)),
    "best a third": lambda variants: np.array([0.12] + [0.36] * (variants - 1)),
    "best threefold": lambda variants: np.array([0.36] + [0.12] * (variants - 1)),
    "half large": lambda variants: np.resize([0.04, 0.4], variants),
    "a third large": lambda variants: np.resize([0.04, 0.4, 0.04], variants),
    "spread": lambda variants: np.roll(0.04 * 10 ** np.linspace(0, 1, variants), variants // 2),
}


@dataclass(frozen=True)
class NullCase:
    """A study in which the first variant is the best and must not be sent out.

    Attributes:
        variants: How many, at least 2.
        means: One of `MEANS`.
        deviations: One of `DEVIATIONS`.
        noise: One of `NOISES`.
    """

    variants: int
    means: str
    deviations: str
    noise: str

    def races(self, races: int, seeds: int, entropy: Sequence[int]) -> Floats:
        """Logarithms of scores (races, variants, seeds), drawn by NumPy's default generator from that entropy."""
        means, deviations = MEANS[self.means](self.variants), DEVIATIONS[self.deviations](self.variants)
        noise = NOISES[self.noise](np.random.default_rng(entropy), (races, self.variants, seeds))
        return np.asarray(means[:, None] + deviations[:, None] * noise, dtype=np.float64)

    def __str__(self) -> str:
        return f"{self.variants} variants, {self.means}, deviations {self.deviations}, {self.noise}"


def typical(races: int, seeds: int, entropy: int, deviation: float = 0.22) -> Floats:
    """Logarithms of FIDs of 19 variants with normal noise (races, variants, seeds), lowest mean first.

    Args:
        races: How many.
        seeds: Runs of each variant.
        entropy: What NumPy's default generator draws from.
        deviation: Root mean square of the variants' deviations.

    Returns:
        The logarithms.
    """
    scale = deviation / np.sqrt((TYPICAL_DEVIATIONS**2).mean())
    noise = np.random.default_rng(entropy).standard_normal((races, len(TYPICAL_FIDS), seeds))
    found: Floats = np.log(TYPICAL_FIDS)[:, None] + scale * TYPICAL_DEVIATIONS[:, None] * noise
    return found
