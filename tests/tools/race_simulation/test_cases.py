import numpy as np
import pytest
from scipy.stats import skew

from tools.race_simulation.cases import DEVIATIONS, MEANS, NOISES, TYPICAL_FIDS, NullCase, typical


@pytest.mark.parametrize(("noise", "skewness"), [("normal", 0), ("skewness 1", 1), ("skewness -1", -1), ("t5", None)])
def test_noise_is_what_it_is_called(noise: str, skewness: float | None) -> None:
    drawn = NOISES[noise](np.random.default_rng(0), (1_000_000,))
    assert abs(drawn.mean()) < 0.004
    assert abs(drawn.std() - 1) < 0.01
    if skewness is not None:
        assert abs(skew(drawn) - skewness) < 0.03


@pytest.mark.parametrize("variants", [2, 3, 5, 19, 50])
def test_the_first_variant_is_the_best_and_deviations_are_at_most_ten_times_apart(variants: int) -> None:
    for means in MEANS.values():
        assert means(variants).shape == (variants,)
        assert means(variants).argmin() == 0
    for deviations in DEVIATIONS.values():
        assert deviations(variants).shape == (variants,)
        assert deviations(variants).max() / deviations(variants).min() < 10.001


def test_a_null_case_has_its_means_and_deviations() -> None:
    scores = NullCase(3, "ladder", "best smallest", "skewness 1").races(20_000, 6, (1, 2))
    assert scores.shape == (20_000, 3, 6)
    assert scores.mean(axis=(0, 2)) == pytest.approx([0, 0.05, 0.1], abs=0.005)
    assert scores.std(axis=(0, 2)) == pytest.approx([0.04, 0.4, 0.4], rel=0.02)


def test_the_typical_study_has_its_means_and_its_deviation() -> None:
    scores = typical(2000, 24, 3, deviation=0.15)
    assert np.exp(scores.mean(axis=(0, 2))) == pytest.approx(TYPICAL_FIDS, rel=0.01)
    assert np.sqrt(scores.var(axis=(0, 2)).mean()) == pytest.approx(0.15, rel=0.01)
