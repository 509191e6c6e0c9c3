import math

import numpy as np
import pytest
from scipy import stats

from reports.difference import SIGNIFICANT
from reports.mann_whitney import probability_better
from reports.pairs import COLUMNS, compare_pairs


def test_a_row_a_pair_best_first() -> None:
    scores = {"b": [9.0, 10.0, 11.0], "c": [1.0, 2.0, 3.0, math.nan], "a": [4.0, 6.0], "none": [math.nan]}
    compared = compare_pairs(scores)
    assert compared[["one", "other"]].to_numpy().tolist() == [["c", "a"], ["c", "b"], ["a", "b"]]
    assert compared["difference"].tolist() == [3.0, 8.0, 5.0]
    assert compared["wins"].tolist() == [1.0, 1.0, 1.0]
    assert compared["wins_low"].iloc[0] == probability_better(scores["c"], scores["a"]).low


def test_p_values_are_scipys_and_holms() -> None:
    rng = np.random.default_rng(0)
    scores = {name: rng.normal(mean, 1, 5).tolist() for name, mean in (("a", 0), ("b", 1.5), ("c", 3))}
    compared = compare_pairs(scores)
    expected = [
        stats.ttest_ind(scores[one], scores[other], equal_var=False).pvalue
        for one, other in zip(compared["one"], compared["other"], strict=True)
    ]
    assert compared["p_value"].tolist() == pytest.approx(expected)
    lowest, middle, highest = sorted(expected)
    first = min(1, 3 * lowest)
    second = max(first, min(1, 2 * middle))
    assert sorted(compared["adjusted"]) == pytest.approx([first, second, max(second, highest)])


def test_single_seeds_are_compared_but_not_tested() -> None:
    compared = compare_pairs({"a": [1.0], "b": [2.0, 3.0], "c": [4.0, 5.0]}).set_index(["one", "other"])
    assert compared.loc[("a", "b"), ["difference", "wins"]].tolist() == [1.5, 1.0]
    assert compared.loc[("a", "b"), ["low", "p_value", "adjusted", "wins_low"]].isna().all()
    # One test only, so there is nothing to adjust for.
    assert compared.loc[("b", "c"), "adjusted"] == compared.loc[("b", "c"), "p_value"]


def test_nothing_to_compare() -> None:
    for scores in ({}, {"a": [1.0, 2.0]}):
        compared = compare_pairs(scores)
        assert (len(compared), compared.columns.tolist()) == (0, COLUMNS)


@pytest.mark.parametrize(("n", "skewed"), [(3, False), (5, True)])
def test_equal_variants_are_told_apart_in_at_most_one_study_in_twenty(n: int, skewed: bool) -> None:
    rng = np.random.default_rng(n)
    false_alarms = 0
    for _ in range(200):
        drawn = 50 * rng.lognormal(0, 0.3, (5, n)) if skewed else rng.normal(50, 5, (5, n))
        compared = compare_pairs({f"same-{i}": row.tolist() for i, row in enumerate(drawn)})
        false_alarms += bool((compared["adjusted"] < SIGNIFICANT).any())
    # Were the true rate 5 %, more than this would come up once in a thousand times.
    assert false_alarms <= stats.binom.ppf(0.999, 200, 0.05)


def test_without_the_adjustment_they_would_be_told_apart_far_more_often() -> None:
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(200):
        compared = compare_pairs({str(i): row.tolist() for i, row in enumerate(rng.normal(50, 5, (5, 5)))})
        alarms += bool((compared["p_value"] < SIGNIFICANT).any())
    assert alarms > 30


@pytest.mark.parametrize("n", [10, 20])
def test_differences_of_one_standard_deviation_are_found_as_often_as_theory_says(n: int) -> None:
    freedom, shift = 2 * (n - 1), math.sqrt(n / 2)
    bound = stats.t.ppf(1 - SIGNIFICANT / 2, freedom)
    theory = stats.nct.sf(bound, freedom, shift) + stats.nct.cdf(-bound, freedom, shift)
    rng = np.random.default_rng(n)
    studies = 1000
    found = 0
    for _ in range(studies):
        scores = {"a": rng.normal(50, 5, n).tolist(), "b": rng.normal(55, 5, n).tolist()}
        found += bool((compare_pairs(scores)["adjusted"] < SIGNIFICANT).all())
    assert found / studies == pytest.approx(theory, abs=3.3 * math.sqrt(theory * (1 - theory) / studies))
