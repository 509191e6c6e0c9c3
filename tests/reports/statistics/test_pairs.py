import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.difference import SIGNIFICANT
from reports.statistics.pairs import COLUMNS, compare_pairs
from reports.statistics.probability_of_improvement import probability_better


def test_a_row_a_pair_best_first() -> None:
    scores = {"b": [9.0, 10.0, 11.0], "c": [1.0, 2.0, 3.0, math.nan], "a": [4.0, 6.0], "none": [math.nan]}
    compared = compare_pairs(scores)
    assert compared[["one", "other"]].to_numpy().tolist() == [["c", "a"], ["c", "b"], ["a", "b"]]
    assert compared["difference"].tolist() == [3.0, 8.0, 5.0]
    # Geometric means: root of 24, 990^(1/3), 6^(1/3).
    ratios = [24**0.5 / 6 ** (1 / 3), (990 / 6) ** (1 / 3), 990 ** (1 / 3) / 24**0.5]
    assert compared["effect"].tolist() == pytest.approx(ratios)
    assert compared["wins"].tolist() == [1.0, 1.0, 1.0]
    assert compared["wins_low"].iloc[0] == probability_better(scores["c"], scores["a"]).low


@pytest.mark.parametrize(("shift", "scale"), [(0.0, "difference"), (9.0, "ratio")])
def test_p_values_and_intervals_are_scipys_and_holms(shift: float, scale: str) -> None:
    rng = np.random.default_rng(0)
    scores = {name: rng.normal(mean + shift, 1, 5).tolist() for name, mean in (("a", 0), ("b", 1.5), ("c", 3))}
    compared = compare_pairs(scores)
    assert set(compared["scale"]) == {scale}
    to, back = (np.log, np.exp) if scale == "ratio" else (np.asarray, float)
    tests = [
        stats.ttest_ind(to(scores[other]), to(scores[one]), equal_var=False)
        for one, other in zip(compared["one"], compared["other"], strict=True)
    ]
    expected = [test.pvalue for test in tests]
    assert compared["p_value"].tolist() == pytest.approx(expected)
    intervals = [test.confidence_interval(0.95) for test in tests]
    assert compared["low"].tolist() == pytest.approx([back(interval.low) for interval in intervals])
    assert compared["high"].tolist() == pytest.approx([back(interval.high) for interval in intervals])
    lowest, middle, highest = sorted(expected)
    first = min(1, 3 * lowest)
    second = max(first, min(1, 2 * middle))
    assert sorted(compared["adjusted"]) == pytest.approx([first, second, max(second, highest)])


def test_single_seeds_are_compared_but_not_tested() -> None:
    compared = compare_pairs({"a": [1.0], "b": [2.0, 3.0], "c": [4.0, 5.0]}).set_index(["one", "other"])
    assert compared.loc[("a", "b"), ["difference", "wins"]].tolist() == [1.5, 1.0]
    assert compared.loc[("a", "b"), "effect"] == pytest.approx(6**0.5)
    assert compared.loc[("a", "b"), ["low", "p_value", "adjusted", "wins_low"]].isna().all()
    # One test only, so there is nothing to adjust for.
    assert compared.loc[("b", "c"), "adjusted"] == compared.loc[("b", "c"), "p_value"]


def test_nothing_to_compare() -> None:
    for scores in ({}, {"a": [1.0, 2.0]}):
        compared = compare_pairs(scores)
        assert (len(compared), compared.columns.tolist()) == (0, COLUMNS)


DRAWS = {
    "normal": lambda rng, n: rng.normal(50, 5, (5, n)),
    "around zero": lambda rng, n: rng.normal(0, 5, (5, n)),
    "skewed": lambda rng, n: 50 * rng.lognormal(0, 0.3, (5, n)),
    # Equal geometric means, some of which are known ten times as well as others.
    "uneven": lambda rng, n: 50 * np.exp(rng.normal(0, np.array([[0.05, 0.5, 0.05, 0.5, 0.1]]).T, (5, n))),
}


@pytest.mark.simulation
@pytest.mark.parametrize("n", [3, 5])
@pytest.mark.parametrize("kind", DRAWS)
def test_equal_variants_are_told_apart_in_at_most_one_study_in_twenty(n: int, kind: str) -> None:
    rng = np.random.default_rng(n)
    false_alarms = 0
    for _ in range(200):
        drawn = DRAWS[kind](rng, n)
        compared = compare_pairs({f"same-{i}": row.tolist() for i, row in enumerate(drawn)})
        false_alarms += bool((compared["adjusted"] < SIGNIFICANT).any())
    # Were the true rate 5 %, more than this would come up once in a thousand times.
    assert false_alarms <= stats.binom.ppf(0.999, 200, 0.05)


@pytest.mark.simulation
def test_without_the_adjustment_they_would_be_told_apart_far_more_often() -> None:
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(200):
        compared = compare_pairs({str(i): row.tolist() for i, row in enumerate(rng.normal(50, 5, (5, 5)))})
        alarms += bool((compared["p_value"] < SIGNIFICANT).any())
    assert alarms > 30


@pytest.mark.simulation
@pytest.mark.parametrize("n", [10, 20])
@pytest.mark.parametrize("scale", ["ratio", "difference"])
def test_differences_of_one_standard_deviation_are_found_as_often_as_theory_says(n: int, scale: str) -> None:
    freedom, shift = 2 * (n - 1), math.sqrt(n / 2)
    bound = stats.t.ppf(1 - SIGNIFICANT / 2, freedom)
    theory = stats.nct.sf(bound, freedom, shift) + stats.nct.cdf(-bound, freedom, shift)
    rng = np.random.default_rng(n)
    studies = 1000
    found = 0
    for _ in range(studies):
        drawn = {"a": rng.normal(0, 0.2, n), "b": rng.normal(0.2, 0.2, n)}
        scores = {name: (np.exp(own) if scale == "ratio" else own).tolist() for name, own in drawn.items()}
        found += bool((compare_pairs(scores)["adjusted"] < SIGNIFICANT).all())
    assert found / studies == pytest.approx(theory, abs=3.3 * math.sqrt(theory * (1 - theory) / studies))


@pytest.mark.simulation
@pytest.mark.parametrize("scale", ["ratio", "difference"])
def test_intervals_cover_at_their_rate(scale: str) -> None:
    rng = np.random.default_rng(2)
    studies, hits = 1000, 0
    to = np.exp if scale == "ratio" else np.asarray
    for _ in range(studies):
        # So far apart that the lower mean is always the same one's.
        scores = {"a": to(rng.normal(-1, 0.2, 4)).tolist(), "b": to(rng.normal(2, 0.4, 4)).tolist()}
        pair = compare_pairs(scores).iloc[0]
        hits += pair["low"] <= to(3.0) <= pair["high"]
    # Welch's approximate degrees of freedom make it a little wide or narrow, by less than a point.
    assert hits / studies == pytest.approx(0.95, abs=0.01 + 3.3 * math.sqrt(0.95 * 0.05 / studies))
