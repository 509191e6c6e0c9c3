import numpy as np
import pytest
from scipy import stats

from reports.statistics.performance_profile import COLUMNS, THRESHOLDS, performance_profile, performance_profiles

RUNS = [np.array([0.1, 0.5, 0.3, 0.7]), np.array([0.5, 1.3])]


def test_worked_values() -> None:
    # Above 0: all; above 0.3: half of four and both of two; above 0.5, strictly: 1/4 and 1/2; above 0.7: none and 1/2.
    found = performance_profile(RUNS, np.array([0.0, 0.3, 0.5, 0.7]))
    assert found.tolist() == pytest.approx([1.0, 0.75, 0.375, 0.25])


def test_it_is_the_survival_function_of_each_data_set_averaged() -> None:
    rng = np.random.default_rng(0)
    runs = [rng.uniform(0, 1.1, n) for n in (3, 9, 24)]
    thresholds = rng.uniform(0, 1.1, 20)
    expected = [stats.ecdf(own).sf.evaluate(thresholds) for own in runs]
    assert performance_profile(runs, thresholds) == pytest.approx(np.mean(expected, axis=0))


def test_it_is_that_of_rliable() -> None:
    """Computed once with rliable 1.2.0, of seven runs on each of four data sets; one run lies at a threshold."""
    runs = list(np.sqrt((np.arange(28) * 11 % 28 + 1) / 20).reshape(7, 4).T)
    expected = [1.0, 0.9642857142857143, 0.8214285714285714, 0.6071428571428571, 0.2857142857142857]
    assert performance_profile(runs, np.linspace(0, 1, 5)).tolist() == pytest.approx(expected, rel=1e-14)


def test_the_area_under_it_is_the_mean() -> None:
    runs = [np.array([0.125, 0.5]), np.array([0.25, 0.875, 0.9375])]
    grid = (np.arange(4096) + 0.5) / 4096
    area = performance_profile(runs, grid).mean()
    assert area == pytest.approx(np.mean([own.mean() for own in runs]), abs=1e-12)


def test_many_draws_at_once() -> None:
    batch = [np.random.default_rng(1).uniform(0, 1, (5, n)) for n in (3, 4)]
    found = performance_profile(batch)
    assert found.shape == (5, len(THRESHOLDS))
    for i in range(5):
        assert found[i].tolist() == performance_profile([own[i] for own in batch]).tolist()


def test_a_row_a_variant_and_threshold_within_its_band() -> None:
    rng = np.random.default_rng(2)
    scores = {"a": [rng.uniform(0, 1, 6), rng.uniform(0, 1, 6)], "b": [rng.uniform(0.5, 1, 6), rng.uniform(0.5, 1, 9)]}
    found = performance_profiles(scores)
    assert found.columns.tolist() == COLUMNS
    assert found["variant"].tolist() == ["a"] * 51 + ["b"] * 51
    assert found["threshold"].tolist()[:51] == THRESHOLDS.tolist()
    assert found.loc[found["variant"] == "b", "share"].tolist() == performance_profile(scores["b"]).tolist()
    assert (found["low"] <= found["share"] + 1e-12).all()
    assert (found["high"] >= found["share"] - 1e-12).all()
    assert found.loc[found["variant"] == "a", "share"].is_monotonic_decreasing
    # Of b no run lies below 0.5, whichever are drawn.
    assert (found.loc[(found["variant"] == "b") & (found["threshold"] < 0.5), "low"] == 1.0).all()


def test_no_variants_no_rows() -> None:
    none = performance_profiles({})
    assert none.columns.tolist() == COLUMNS
    assert {str(kind) for kind in none.dtypes[1:]} == {"float64"}
