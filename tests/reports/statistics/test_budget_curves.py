import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

from reports.statistics.budget_curves import BAND, budget_curves, expected_best


@pytest.mark.parametrize("total", [1, 2, 10, 1000])
def test_ranks_have_the_known_expectation(total: int) -> None:
    curve = expected_best(np.random.default_rng(0).permutation(np.arange(1.0, total + 1)).tolist())
    n = np.arange(1, total + 1)
    assert curve["trials"].tolist() == n.tolist()
    assert curve["expected"].to_numpy() == pytest.approx((total + 1) / (n + 1), rel=1e-9)


def test_every_subset_is_averaged() -> None:
    values = [31.0, 90.0, 28.5, 40.0, 40.0, 33.0, 28.5]
    curve = expected_best(values)
    for n in range(1, 8):
        best = [min(subset) for subset in combinations(values, n)]
        row = curve[curve["trials"] == n].iloc[0]
        assert row["expected"] == pytest.approx(np.mean(best), rel=1e-12)
        assert row[["low", "median", "high"]].tolist() == np.quantile(best, BAND, method="inverted_cdf").tolist()


@pytest.mark.parametrize("total", [2, 24, 38])
def test_quantiles_are_exact_where_a_probability_is_just_the_share(total: int) -> None:
    curve = expected_best([float(rank) for rank in range(1, total + 1)])
    for n in range(1, total + 1):
        beyond = [Fraction(math.comb(total - k, n), math.comb(total, n)) for k in range(1, total + 1)]
        expected = [1 + sum(chance > 1 - Fraction(share).limit_denominator(100) for chance in beyond) for share in BAND]
        assert curve.loc[n - 1, ["low", "median", "high"]].tolist() == expected


@pytest.mark.simulation
def test_is_the_truth_for_new_trials() -> None:
    # The lowest of n uniform values is 1 / (n + 1) on average; unbiased, so the mean over searches meets it.
    rng = np.random.default_rng(1)
    curves = np.array([expected_best(rng.random(20).tolist())["expected"] for _ in range(600)])
    n = np.arange(1, 21)
    error = curves.std(axis=0) / math.sqrt(600)
    assert (np.abs(curves.mean(axis=0) - 1 / (n + 1)) < 3.5 * error).all()


def test_ends_at_the_observed_best_and_never_rises() -> None:
    values = np.random.default_rng(2).lognormal(4, 0.5, 300)
    curve = expected_best(values.tolist())
    assert (curve.iloc[-1][["expected", "low", "median", "high"]] == values.min()).all()
    assert curve["expected"].iloc[0] == pytest.approx(values.mean())
    assert (curve[["expected", "low", "median", "high"]].diff().iloc[1:] <= 1e-9).all().all()
    assert (curve["low"] <= curve["median"]).all()
    assert (curve["median"] <= curve["high"]).all()


def test_trials_that_bring_nothing_are_never_the_best() -> None:
    curve = expected_best([math.inf, 30.0, math.inf, 20.0, math.nan])
    # Two of four are lost: two draws may both be.
    assert curve["expected"].tolist() == [math.inf, math.inf, 22.5, 20.0]
    assert curve["median"].tolist() == [30.0, 20.0, 20.0, 20.0]
    assert curve["high"].tolist() == [math.inf, math.inf, 30.0, 20.0]
    assert expected_best([math.inf] * 3)["expected"].tolist() == [math.inf] * 3
    assert len(expected_best([])) == 0


def log_choices(total: float | np.ndarray, n: int) -> np.ndarray:
    """The logarithm of how many choices there are of n of so many; -inf if there is none."""
    return np.where(
        np.less(total, n), -np.inf, gammaln(total + 1.0) - gammaln(n + 1.0) - gammaln(np.maximum(total - n, 0) + 1.0)
    )


def test_five_thousand_trials_lose_no_digits() -> None:
    """Of ranks 1 to N with half of the trials lost, the best of n is known: sums of C(N - k, n) / C(N, n)."""
    total = 5000
    lost = total // 2
    curve = expected_best([*np.arange(1.0, lost + 1), *[math.inf] * lost])
    assert not curve.isna().any().any()
    for n in (lost + 1, 3000, total):  # fewer may all be lost
        beyond = log_choices(total - np.arange(1, lost), n)
        assert curve.loc[n - 1, "expected"] == pytest.approx(1 + np.exp(beyond - log_choices(total, n)).sum(), rel=1e-9)
    assert curve.loc[:500, "expected"].tolist() == [math.inf] * 501


def test_seconds_are_the_mean_cost_of_a_trial_times_their_number() -> None:
    trials = pd.DataFrame({"variant": ["b", "b", "a"], "value": [50.0, 40.0, 30.0], "seconds": [10.0, 20.0, math.nan]})
    curves = budget_curves(trials)
    assert curves["variant"].tolist() == ["b", "b", "a"]
    assert curves["seconds"].tolist() == pytest.approx([15.0, 30.0, math.nan], nan_ok=True)
    assert curves["expected"].tolist() == [45.0, 40.0, 30.0]
    assert budget_curves(trials.iloc[:0]).columns.tolist() == curves.columns.tolist()
