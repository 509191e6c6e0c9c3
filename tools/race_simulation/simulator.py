"""Thousands of races at once: `benchmark.race` again as arrays; tests hold the two against each other."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtr

from benchmark.race.looks import LEAST_DEVIATION
from benchmark.race.rules import Rules, level_at, stage_sizes

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """What came of simulated races.

    Attributes:
        inside: Who was left at the end (races, variants).
        left_at: Seeds at the look at which each left; 0 if it did not (races, variants).
        runs: Runs that each race used (races,).
        equal: Whether each race ended with all that were left practically equal (races,).
    """

    inside: Booleans
    left_at: Integers
    runs: Integers
    equal: Booleans

    @property
    def sent_out(self) -> Floats:
        """The share of races that each variant was sent out in (variants,)."""
        return np.asarray(1 - self.inside.mean(axis=0), dtype=np.float64)


def simulate(scores: Floats, rules: Rules) -> Outcome:
    """What came of races between the same variants.

    Args:
        scores: Scores on the scale that is raced (races, variants, seeds), at least two variants and two seeds; +inf
            for a run that diverged. At every look some run of those in must have completed.
        rules: The rules of the races; `scores` has their `most_seeds`.

    Returns:
        The outcome.
    """
    races, variants, _ = scores.shape
    outcome = Outcome(
        np.ones((races, variants), np.bool_),
        np.zeros((races, variants), np.int64),
        np.zeros(races, np.int64),
        np.zeros(races, np.bool_),
    )
    before = 0
    for seeds in stage_sizes(rules):
        on = np.nonzero((outcome.inside.sum(axis=1) > 1) & ~outcome.equal)[0]
        was = outcome.inside[on]
        level = level_at(seeds, before, rules.error)
        left, equal = _look(scores[on, :, :seeds], was, level, rules.raced_margin)
        outcome.runs[on] += was.sum(axis=1) * (seeds - before)
        outcome.left_at[on] = np.where(was & ~left, seeds, outcome.left_at[on])
        outcome.inside[on], outcome.equal[on] = left, equal
        before = seeds
    return outcome


def _look(values: Floats, inside: Booleans, level: float, margin: float) -> tuple[Booleans, Booleans]:
    """Who is left after one look (races, variants), and whether those left are practically equal (races,)."""
    filled, inside = _completed(values, inside, margin)
    constant = np.ptp(filled, axis=2) == 0
    means = np.where(constant, filled[:, :, 0], filled.mean(axis=2))
    variances = np.where(constant, 0.0, filled.var(axis=2, ddof=1))
    least = _floored(variances, inside)
    share = level / np.maximum(inside.sum(axis=1) - 1, 1)
    worse = _beyond(means[:, :, None] - means[:, None, :], variances, least, values.shape[2], share)
    left = inside & ~(worse & inside[:, None, :]).any(axis=2)
    # Only means within the margin can be told to be.
    spread = np.where(left, means, -np.inf).max(axis=1) - np.where(left, means, np.inf).min(axis=1)
    near = np.nonzero((spread < margin) & (left.sum(axis=1) > 1))[0]
    shift = margin - (means[near, :, None] - means[near, None, :])
    within = _beyond(shift, variances[near], least[near], values.shape[2], share[near])
    pairs = left[near, :, None] & left[near, None, :] & ~np.eye(values.shape[1], dtype=np.bool_)
    equal = np.zeros(len(values), np.bool_)
    equal[near] = (within | ~pairs).all(axis=(1, 2))
    return left, equal


def _completed(values: Floats, inside: Booleans, margin: float) -> tuple[Floats, Booleans]:
    """Scores with one in the place of each run that diverged, and who has a run that did not."""
    done = np.isfinite(values) & inside[:, :, None]
    worst = np.where(done, values, -np.inf).max(axis=(1, 2))
    best = np.where(done, values, np.inf).min(axis=(1, 2))
    instead = worst + (worst - best) + margin
    filled = np.where(np.isfinite(values), values, instead[:, None, None])
    return filled, np.asarray(done.any(axis=2), dtype=np.bool_)


def _floored(variances: Floats, inside: Booleans) -> Floats:
    """Variances of which none is small beside the others of those in."""
    total = np.where(inside, np.sqrt(variances), 0.0).sum(axis=1)
    least = LEAST_DEVIATION * total / inside.sum(axis=1)
    return np.asarray(np.maximum(variances, least[:, None] ** 2), dtype=np.float64)


def _beyond(shift: Floats, variances: Floats, least: Floats, seeds: int, share: Floats) -> Booleans:
    """Whether differences (races, variants, variants) have a chance of less than each race's share (races,)."""
    total = least[:, :, None] + least[:, None, :]
    t = np.divide(shift, np.sqrt(total / seeds), out=np.zeros_like(shift), where=total > 0)
    # No tail of Student's t is thinner than the normal one: what that does not send out need not be looked up.
    at = np.nonzero(t > -ndtri(share)[:, None, None])
    first, second = variances[at[0], at[1]], variances[at[0], at[2]]
    squares = first**2 + second**2
    parts = np.divide((first + second) ** 2, squares, out=np.ones_like(squares), where=squares > 0)
    found = (total == 0) & (shift > 0) & (1 / math.comb(2 * seeds, seeds) < share)[:, None, None]
    found[at] = stdtr((seeds - 1) * parts, -t[at]) < share[at[0]]
    return np.asarray(found, dtype=np.bool_)
