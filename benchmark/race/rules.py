"""Rules of a race: what is fixed before the first score is seen, and the error each look may spend."""

import math
from dataclasses import dataclass
from typing import Literal

Scale = Literal["ratio", "difference"]

# However many seeds there are, no more than this part of the error is spent. What is kept back pays for skewed scores,
# whose tails are fatter than those of Student's t at any number of seeds that a person can afford.
MOST_SPENT = 0.65

# By this many seeds half of that part is spent. Little is spent on few seeds, where a t-test's tails are least to be
# trusted and where a variant that stays in wrongly costs little.
HALF_SPENT = 16

LOOKS_PER_DOUBLING = (1, 2)


@dataclass(frozen=True)
class Rules:
    """Rules of a race.

    Attributes:
        seeds: Runs that every variant gets first.
        most_seeds: Runs that no variant gets more of. May be raised later: that only adds runs.
        error: Chance, over the whole race, that the best one is sent out.
        margin: How far apart two variants may be and still be equal for all practical purposes: a ratio over 1 on the
            scale "ratio", a difference over 0 on the scale "difference".
        scale: "ratio" races the logarithms of the scores, which must be positive; "difference" the scores themselves.
        looks_per_doubling: 1 looks at 6, 12, 24, ... seeds, 2 at 6, 9, 12, 18, 24, ...: fewer runs, more rounds.
    """

    seeds: int = 6
    most_seeds: int = 24
    error: float = 0.05
    margin: float = 1.1
    scale: Scale = "ratio"
    looks_per_doubling: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.seeds <= self.most_seeds:
            raise ValueError(f"seeds must be from 1 to most_seeds ({self.most_seeds}), got {self.seeds}")
        if not 0 < self.error < 0.5:
            raise ValueError(f"error must be over 0 and under 0.5, got {self.error}")
        if self.scale not in ("ratio", "difference"):
            raise ValueError(f"scale must be 'ratio' or 'difference', got {self.scale!r}")
        least = 1 if self.scale == "ratio" else 0
        if not (math.isfinite(self.margin) and self.margin > least):
            raise ValueError(f"margin must be over {least} on the scale {self.scale!r}, got {self.margin}")
        if self.looks_per_doubling not in LOOKS_PER_DOUBLING:
            raise ValueError(f"looks_per_doubling must be 1 or 2, got {self.looks_per_doubling}")

    @classmethod
    def fixed(cls, seeds: int, error: float = 0.05, margin: float = 1.1, scale: Scale = "ratio") -> "Rules":
        """Rules of a race with one look, at a number of seeds that a protocol fixes.

        Args:
            seeds: Runs that every variant gets.
            error: Chance that the best one is sent out.
            margin: What counts as practically equal.
            scale: "ratio" or "difference".

        Returns:
            The rules.
        """
        return cls(seeds=seeds, most_seeds=seeds, error=error, margin=margin, scale=scale)

    @property
    def raced_margin(self) -> float:
        """The margin as a difference on the scale that is raced."""
        return math.log(self.margin) if self.scale == "ratio" else self.margin


def stage_sizes(rules: Rules) -> tuple[int, ...]:
    """The seeds at each look: doubling from `seeds`, half-way between if so asked, and `most_seeds` last.

    Args:
        rules: The rules of the race.

    Returns:
        Numbers of seeds, ascending.
    """
    sizes: list[int] = []
    base = rules.seeds
    while base < rules.most_seeds:
        sizes.append(base)
        middle = base + base // 2
        if rules.looks_per_doubling == 2 and base < middle < rules.most_seeds:
            sizes.append(middle)
        base *= 2
    return (*sizes, rules.most_seeds)


def share_spent(seeds: int) -> float:
    """The share of the error that looks at up to so many seeds may spend together.

    It depends on the number of seeds alone, so looks added later leave those before them as they were (the idea of
    Lan and DeMets' spending functions).

    Args:
        seeds: Seeds at the look; 0 for none.

    Returns:
        A share from 0 to `MOST_SPENT`.

    References:
        Lan, DeMets (1983). Discrete sequential boundaries for clinical trials. Biometrika 70(3).
    """
    return MOST_SPENT * seeds**2 / (seeds**2 + HALF_SPENT**2)


def level_at(seeds: int, before: int, error: float) -> float:
    """The error that one look may spend.

    Args:
        seeds: Seeds at this look, at least `before`.
        before: Seeds at the look before; 0 for none.
        error: The error of the whole race.

    Returns:
        The level of this look, to be divided by the rivals.
    """
    return error * (share_spent(seeds) - share_spent(before))
