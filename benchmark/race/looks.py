"""One look of a race: the runs of those still in, and who is worse than some other beyond chance."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from benchmark.race.rules import Rules

Floats = npt.NDArray[np.float64]

# No deviation is taken as smaller than this part of the mean deviation of those in. Under skewed noise a variant of
# large deviation can by chance show few, close, low scores; a t-test then believes them far too much.
LEAST_DEVIATION = 0.7


@dataclass(frozen=True)
class Look:
    """Runs of the variants that are in at one look.

    Attributes:
        seeds: Runs of each.
        names: Variants that have at least one completed run, sorted by name.
        broken: Variants whose every run diverged, sorted by name.
        means: Mean of each name's scores on the raced scale.
        variances: Sample variance of each name's scores; NaN with one seed.
    """

    seeds: int
    names: tuple[str, ...]
    broken: tuple[str, ...]
    means: Floats
    variances: Floats

    def order(self) -> list[str]:
        """The names, lowest mean first; equal means by name."""
        return [name for _, name in sorted(zip(self.means.tolist(), self.names, strict=True))]


def raced(scores: Sequence[float], rules: Rules) -> Floats:
    """Scores on the scale that is raced.

    Args:
        scores: Scores of one variant, +inf for a run that diverged.
        rules: The rules of the race.

    Returns:
        Logarithms on the scale "ratio", the scores themselves on "difference"; (seeds,).

    Raises:
        ValueError: If a score is NaN or -inf, or not positive on the scale "ratio".
    """
    values = np.asarray(scores, dtype=np.float64)
    if np.isnan(values).any() or np.isneginf(values).any():
        raise ValueError("a score is NaN or -inf; give +inf for a run that diverged")
    if rules.scale == "difference":
        return values
    if (values <= 0).any():
        raise ValueError("a score is not positive; race such scores on the scale 'difference'")
    return np.log(values)


def complete(values: Floats, margin: float) -> Floats:
    """Scores with one in the place of each run that diverged.

    That one lies as far beyond the worst completed run as that lies beyond the best, and a margin more. So a variant
    that diverged in half of its seeds or more has a worse mean than any that never did, and one that diverged in few
    has a worse mean and a larger deviation than it would have had.

    Args:
        values: Scores of those in on the raced scale (variants, seeds); at least one is finite.
        margin: The margin on the raced scale.

    Returns:
        Finite scores (variants, seeds).
    """
    done = np.isfinite(values)
    worst, best = values[done].max(), values[done].min()
    return np.where(done, values, worst + (worst - best) + margin)


def variances_of(values: Floats) -> Floats:
    """Sample variances, exactly 0 for equal scores.

    Args:
        values: Scores (variants, seeds).

    Returns:
        One variance a variant (variants,); NaN with one seed.
    """
    if values.shape[1] < 2:
        return np.full(len(values), np.nan)
    return np.where(np.ptp(values, axis=1) == 0, 0.0, values.var(axis=1, ddof=1))


def look_at(scores: Mapping[str, Sequence[float]], seeds: int, rules: Rules) -> Look:
    """The first runs of the variants that are in.

    Args:
        scores: Scores of those in, at least `seeds` each.
        seeds: Seeds at this look.
        rules: The rules of the race.

    Returns:
        The look.

    Raises:
        ValueError: If a score cannot be raced.
    """
    # Sorted, so that no sum depends on the order in which variants are given.
    first = {name: raced(scores[name][:seeds], rules) for name in sorted(scores)}
    names = tuple(name for name, row in first.items() if np.isfinite(row).any())
    broken = tuple(name for name in first if name not in names)
    if not names:
        return Look(seeds, names, broken, np.empty(0), np.empty(0))
    filled = complete(np.stack([first[name] for name in names]), rules.raced_margin)
    # Equal scores have a mean equal to them, which a rounded sum need not give.
    means = np.where(np.ptp(filled, axis=1) == 0, filled[:, 0], filled.mean(axis=1))
    return Look(seeds, names, broken, means, variances_of(filled))


def floored(variances: Floats) -> Floats:
    """Variances of which none is small beside the others: no deviation under `LEAST_DEVIATION` of their mean.

    Args:
        variances: Sample variances of those in (variants,).

    Returns:
        The same, or larger.
    """
    least = LEAST_DEVIATION * float(np.sqrt(variances).mean())
    return np.asarray(np.maximum(variances, least**2), dtype=np.float64)


def degrees(first: Floats, second: Floats, seeds: int) -> Floats:
    """Welch's degrees of freedom.

    Args:
        first: Variances of the one.
        second: Variances of the other.
        seeds: Runs of each, at least 2.

    Returns:
        Degrees of freedom, from `seeds - 1` to twice that; `seeds - 1` where neither deviates.

    References:
        Welch (1947). The generalization of 'Student's' problem when several different population variances are
            involved. Biometrika 34.
    """
    # Divided by the larger first, so that tiny variances do not underflow.
    larger = np.maximum(first, second)
    smaller = np.minimum(first, second)
    part = np.divide(smaller, larger, out=np.zeros_like(larger), where=larger > 0)
    found: Floats = (seeds - 1) * (1 + part) ** 2 / (1 + part**2)
    return found


def chances(shift: Floats, variances: Floats, least: Floats, seeds: int) -> Floats:
    """One-sided chances of differences as large as `shift`, where there is none.

    The floor widens the standard error alone. Would the degrees of freedom be taken from floored variances too, they
    would rise with them, and the floor could then make a test less careful.

    Args:
        shift: Differences (variants, variants).
        variances: Sample variances (variants,).
        least: The same, floored.
        seeds: Runs of each, at least 2.

    Returns:
        Chances (variants, variants), from 0 to 1.
    """
    first, second = np.broadcast_arrays(variances[:, None], variances[None, :])
    total = least[:, None] + least[None, :]
    spread = total > 0
    # Without any deviation a t-test would be certain; how two sets of scores can be dealt out is a limit to that.
    chance = np.where(shift > 0, 1 / math.comb(2 * seeds, seeds), 1.0)
    t = shift[spread] / np.sqrt(total[spread] / seeds)
    chance[spread] = stdtr(degrees(first[spread], second[spread], seeds), -t)
    return chance


def sent_out(look: Look, level: float) -> dict[str, str]:
    """Who is worse than some other beyond chance, and by whom each is sent out.

    Args:
        look: The look.
        level: The level of this look, shared among the rivals still in.

    Returns:
        For each variant that is out, the rival against which its chance is the smallest.

    References:
        Hsu (1984). Constrained simultaneous confidence intervals for multiple comparisons with the best. Annals of
            Statistics 12(3).
    """
    count = len(look.names)
    if look.seeds < 2 or count < 2:
        return {}
    chance = chances(look.means[:, None] - look.means[None, :], look.variances, floored(look.variances), look.seeds)
    np.fill_diagonal(chance, 1.0)
    by = chance.argmin(axis=1)
    return {
        name: look.names[by[row]] for row, name in enumerate(look.names) if chance[row, by[row]] < level / (count - 1)
    }


def all_equal(look: Look, left: Sequence[str], level: float, rules: Rules) -> bool:
    """Whether all that are left lie within the margin of each other, beyond chance.

    Each of two one-sided tests of each pair must pass at the level that sends variants out.

    Args:
        look: The look.
        left: Those left after it.
        level: The level of this look.
        rules: The rules of the race.

    Returns:
        Whether they do; False for one alone, and with one seed.

    References:
        Schuirmann (1987). A comparison of the two one-sided tests procedure and the power approach. Journal of
            Pharmacokinetics and Biopharmaceutics 15.
    """
    if look.seeds < 2 or len(left) < 2:
        return False
    rows = np.array([look.names.index(name) for name in left])
    means = look.means[rows]
    shift = rules.raced_margin - (means[:, None] - means[None, :])
    chance = chances(shift, look.variances[rows], floored(look.variances)[rows], look.seeds)
    np.fill_diagonal(chance, 0.0)
    return bool((chance < level / (len(look.names) - 1)).all())
