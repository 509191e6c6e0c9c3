"""Every variant against every other."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import pandas as pd

from reports.statistics.difference import difference
from reports.statistics.intervals import holm, summarise
from reports.statistics.probability_of_improvement import probability_better
from reports.statistics.scale import common_scale

COLUMNS = [
    *("one", "other", "difference", "scale", "effect", "low", "high", "p_value", "adjusted"),
    *("wins", "wins_low", "wins_high"),
]


def compare_pairs(scores: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """Compare the final runs of each pair of variants.

    Args:
        scores: By variant the scores of its runs, lower is better, NaN left out. Variants without one are left out.

    Returns:
        A row a pair, in the order of the means: one (the variant with the lower mean), other, difference (of the means,
        >= 0), scale (`reports.statistics.scale`, the same in all rows: "ratio" or "difference"), effect (how many times
        as high the other's geometric mean is, or the difference), low and high (its 95 % interval, by Welch on that
        scale), p_value (Welch on that scale), adjusted (by Holm for all pairs tested), wins (the probability that a run
        of the one scores lower than a run of the other), wins_low and wins_high (its 95 % interval). NaN, but for the
        difference, the effect and wins, where a side has a single score. The intervals are each for itself: one may
        leave out equality where the adjusted p-value, made for all pairs, tells nothing apart.
    """
    scale = common_scale(scores)
    summaries = {variant: summarise(values) for variant, values in scores.items()}
    places = {variant: scale.summary(values) for variant, values in scores.items()}
    order = sorted((name for name in summaries if summaries[name].n), key=lambda name: summaries[name].mean)
    rows = []
    for one, other in combinations(order, 2):
        found = difference(places[one], places[other])
        effect = (scale.back(end) for end in (found.mean, found.low, found.high))
        wins = probability_better(scores[one], scores[other])
        # The adjusted p-value is known once all others are.
        test = (found.p_value, found.p_value)
        gap = summaries[other].mean - summaries[one].mean
        rows.append((one, other, gap, scale.name, *effect, *test, wins.value, wins.low, wins.high))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(adjusted=holm(frame["p_value"].tolist()))
