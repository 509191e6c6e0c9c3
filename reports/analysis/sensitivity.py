"""How much the hyperparameters matter: how much of their ranges is good, and how much diverges."""

import math

import pandas as pd

from reports.statistics.proportion import Share, wilson

WITHIN = 0.1
# Of fewer Wilson's interval leaves out less than half of what there is to know: of two it goes from 9 to 91 %.
LEAST_RANDOM = 10


def near_best(trials: pd.DataFrame) -> Share:
    """How much of the search ranges comes within 10 % of the best score that any trial of the variant reached.

    Only trials whose hyperparameters were drawn at random count: they alone sample the ranges evenly. Those of TPE
    gather where scores are good: simulated, three in four come close to the best where a fifth of the ranges does.
    Weights cannot mend that: even with each trial weighted by the volume that lies nearest to it, 100 such trials in
    four dimensions or more overstate the share by two thirds, and the interval misses it more often than not.

    With TPE the random trials are but the first batch; below `LEAST_RANDOM` the share is not worth showing.

    Args:
        trials: Of one variant, from `reports.analysis.trial_values.trial_values`: state, random, value.

    Returns:
        The share of random trials known to come within 10 %. Pruned ones might have: the lower end is Wilson's if none
        of them would, the upper end Wilson's if all would. Without a complete trial nothing is known: NaN in [0, 1].
    """
    complete, drawn = trials[trials["state"] == "complete"], trials[trials["random"]]
    if complete.empty:
        return Share(math.nan, 0.0, 1.0, len(drawn))
    best = float(complete["value"].min())
    close = drawn["state"].isin(("complete", "pruned")) & (drawn["value"] <= best + WITHIN * abs(best))
    possible = close | (drawn["state"] == "pruned")
    known, at_most = wilson(int(close.sum()), len(drawn)), wilson(int(possible.sum()), len(drawn))
    return Share(known.share, known.low, at_most.high, known.n)


def divergence(trials: pd.DataFrame) -> Share:
    """The share of trials that diverged, of those that ended, with Wilson's interval.

    Of the trials as they were drawn: TPE keeps away from where it saw divergence. A pruned trial counts as one that did
    not diverge, though it might have later.

    Args:
        trials: As for `near_best`.
    """
    return wilson(int((trials["state"] == "diverged").sum()), len(trials))


def sensitivity(trials: pd.DataFrame) -> pd.DataFrame:
    """Both shares of each variant.

    Args:
        trials: From `reports.analysis.trial_values.trial_values`.

    Returns:
        A row a variant: variant, random_trials (what `near_best` goes by), near_best, near_best_low, near_best_high,
        trials, diverged, diverged_low, diverged_high.
    """
    rows = []
    for variant, own in trials.groupby("variant", sort=False):
        close, lost = near_best(own), divergence(own)
        shares = (close.n, close.share, close.low, close.high, lost.n, lost.share, lost.low, lost.high)
        rows.append((variant, *shares))
    ends = ("", "_low", "_high")
    shares_of = {"random_trials": "near_best", "trials": "diverged"}
    columns = [column for n, share in shares_of.items() for column in (n, *(share + end for end in ends))]
    return pd.DataFrame(rows, columns=["variant", *columns])
