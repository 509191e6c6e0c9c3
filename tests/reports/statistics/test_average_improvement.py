import numpy as np
import pytest
from scipy import stats

from reports.statistics.average_improvement import COLUMNS, average_improvement, improvements_of
from reports.statistics.stratified_bootstrap import estimate


def test_worked_values_with_ties() -> None:
    # Of 2 by 3 pairs: 0.5 ties once and beats one, 0.9 beats all three: (1 + 0.5 + 3) / 6. Then none of 1 by 2.
    one = [np.array([0.5, 0.9]), np.array([0.1])]
    other = [np.array([0.2, 0.5, 0.7]), np.array([0.2, 0.3])]
    assert float(average_improvement(one, other)) == pytest.approx((4.5 / 6 + 0) / 2)


def test_it_is_mann_whitneys_u_over_the_pairs_averaged_over_data_sets() -> None:
    rng = np.random.default_rng(0)
    # Of few values, so that there are ties.
    one, other = ([rng.integers(0, 8, n) / 8 for n in numbers] for numbers in ((6, 24, 3), (9, 4, 3)))
    shares = [stats.mannwhitneyu(x, y).statistic / (len(x) * len(y)) for x, y in zip(one, other, strict=True)]
    assert float(average_improvement(one, other)) == pytest.approx(np.mean(shares), rel=1e-12)


def test_it_is_that_of_rliable() -> None:
    """Computed once with rliable 1.2.0, of seven and of five runs on each of four data sets, with ties."""
    one = list(np.sqrt((np.arange(28) * 11 % 28 + 1) / 20).reshape(7, 4).T)
    other = list(np.sqrt((np.arange(20) * 13 % 23 + 1) / 20).reshape(5, 4).T)
    assert float(average_improvement(one, other)) == pytest.approx(0.5964285714285714, rel=1e-14)


def test_both_ways_add_up_to_one() -> None:
    rng = np.random.default_rng(1)
    one, other = ([rng.integers(0, 5, n).astype(float) for n in (4, 7)] for _ in range(2))
    assert float(average_improvement(one, other) + average_improvement(other, one)) == pytest.approx(1.0)
    assert float(average_improvement(one, one)) == pytest.approx(0.5)


def test_many_draws_at_once() -> None:
    rng = np.random.default_rng(2)
    one, other = ([rng.uniform(0, 1, (5, n)) for n in numbers] for numbers in ((3, 4), (2, 6)))
    found = average_improvement(one, other)
    assert found.tolist() == [float(average_improvement([x[i] for x in one], [y[i] for y in other])) for i in range(5)]


def test_other_data_sets_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        average_improvement([np.array([0.5])], [np.array([0.5]), np.array([0.7])])


def test_a_row_a_rival_with_its_interval() -> None:
    rng = np.random.default_rng(3)
    scores = {
        name: [rng.normal(center, 0.1, n) for n in (6, 9)] for name, center in (("a", 0.5), ("b", 0.7), ("c", 0.4))
    }
    found = improvements_of("b", scores)
    assert found.columns.tolist() == COLUMNS
    assert found["variant"].tolist() == ["b", "b"]
    assert found["over"].tolist() == ["a", "c"]
    expected = estimate(average_improvement, ("b", scores["b"]), ("c", scores["c"]))
    assert found.iloc[1][["probability", "low", "high"]].tolist() == [
        float(expected.value),
        float(expected.low),
        float(expected.high),
    ]
    assert (found["low"] <= found["probability"]).all()


def test_alone_there_is_no_rival() -> None:
    none = improvements_of("a", {"a": [np.array([0.5, 0.6])]})
    assert none.columns.tolist() == COLUMNS
    assert {str(kind) for kind in none.dtypes[2:]} == {"float64"}
