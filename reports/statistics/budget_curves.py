"""How good a score a budget buys: the expected best of some of the trials, against their number and their seconds."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

# Of the best score over draws: nine draws in ten have one within.
BAND = (0.05, 0.5, 0.95)
# Above the rounding of the recursion, below any probability that decides between two trials.
_ROUNDING = 1e-9


def expected_best(values: Sequence[float]) -> pd.DataFrame:
    """The lowest of n of the N values, drawn at random without replacement, for each n up to N.

    Dodge et al. draw with replacement: their curve is biased, and stays above the observed best at n = N. Without
    replacement it is the average over all subsets of n values, unbiased, and ends at the observed best. The survival
    P(best > kth value) = C(N - k, n) / C(N, n) goes from n to n + 1 by the factor (N - k - n) / (N - n).

    For a random search it estimates what n trials find. Trials of TPE are not alike: late ones have learnt from early
    ones, so a small budget looks better than a search of that size would have been.

    Args:
        values: (N), lower is better; NaN are left out. Infinite ones are trials that bring nothing.

    Returns:
        A row for each n from 1 to N: trials (n), expected (infinite while all n may be), low, median and high (the
        best's quantiles at `BAND`).

    References:
        Lucic et al. 2018, "Are GANs created equal?", arXiv:1711.10337, section 5.
        Dodge et al. 2019, "Show your work", arXiv:1909.03004, equations 2 and 3.
        Tang et al. 2020, "Showing your work doesn't always work", arXiv:2004.13705 (the unbiased estimator).
    """
    ordered = np.sort([value for value in values if not math.isnan(value)])
    total = len(ordered)
    # By how much a value exceeds the one before; from one infinite value to the next there is nothing to lose.
    steps = np.subtract(ordered[1:], ordered[:-1], out=np.zeros(max(total - 1, 0)), where=np.isfinite(ordered[:-1]))
    above = np.arange(total - 1.0, 0.0, -1.0)  # N - k for k from 1 to N - 1
    survival = above / max(total, 1)
    rows = []
    for n in range(1, total + 1):
        # What cannot be is left out, lest zero meet infinity.
        possible = survival > 0
        expected = ordered[0] + float(survival[possible] @ steps[possible])
        ranks = [int(np.count_nonzero(survival > 1 - share + _ROUNDING)) for share in BAND]
        rows.append((n, expected, *ordered[ranks]))
        survival = survival * ((above - n) / max(total - n, 1))
    return pd.DataFrame(rows, columns=["trials", "expected", "low", "median", "high"])


def budget_curves(trials: pd.DataFrame) -> pd.DataFrame:
    """`expected_best` of each variant, with what so many trials cost.

    Args:
        trials: From `reports.analysis.trial_values.trial_values`.

    Returns:
        A row a variant and number of trials: variant, trials, seconds (trials times the variant's mean seconds a trial,
        pruned and diverged ones included; NaN if unknown), expected, low, median, high.
    """
    curves = []
    for variant, own in trials.groupby("variant", sort=False):
        curve = expected_best(own["value"].tolist())
        curve.insert(0, "variant", variant)
        curve.insert(2, "seconds", curve["trials"] * own["seconds"].mean())
        curves.append(curve)
    columns = ["variant", "trials", "seconds", "expected", "low", "median", "high"]
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=columns, dtype=float)
