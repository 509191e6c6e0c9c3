import math

import numpy as np
import pandas as pd
import pytest

from reports.analysis.sensitivity import WITHIN, divergence, near_best, sensitivity
from reports.statistics.proportion import wilson


def trials(*rows: tuple[str, bool, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["state", "random", "value"]).assign(variant="dcgan")


def test_only_random_trials_count_and_the_best_is_anyones() -> None:
    found = near_best(
        trials(
            ("complete", False, 21.0),  # the paper's settings
            ("complete", True, 22.0),
            ("complete", True, 22.1),
            ("diverged", True, 300.0),
            ("complete", False, 20.0),  # TPE's
            ("complete", False, 20.5),
        )
    )
    assert found == wilson(1, 3)


def test_pruned_trials_leave_the_answer_open() -> None:
    found = near_best(
        trials(("complete", True, 20.0), ("complete", True, 40.0), ("pruned", True, 90.0), ("pruned", True, 21.0))
    )
    assert found.share == 0.5
    assert (found.low, found.high) == (wilson(2, 4).low, wilson(3, 4).high)


def test_a_negative_best_has_a_neighbourhood_too() -> None:
    assert (
        near_best(trials(("complete", True, -1.0), ("complete", True, -0.95), ("complete", True, 0.0))).share == 2 / 3
    )


def test_a_lost_trial_is_not_near_a_best_that_is_no_better() -> None:
    assert near_best(trials(("complete", True, 2000.0), ("diverged", True, 2000.0))) == wilson(1, 2)


def test_nothing_is_known_without_a_complete_trial() -> None:
    found = near_best(trials(("diverged", True, 300.0), ("pruned", True, 300.0)))
    assert math.isnan(found.share)
    assert (found.low, found.high, found.n) == (0.0, 1.0, 2)


def score(position: np.ndarray) -> np.ndarray:
    """Lowest, 1, in the middle of three ranges [0, 1]."""
    return 1 + ((position - 0.5) ** 2).sum(axis=-1)


def test_interval_covers_the_true_share_however_tpe_gathers() -> None:
    rng = np.random.default_rng(0)
    # A ball of radius sqrt(0.1) in the unit cube.
    truth = 4 / 3 * math.pi * WITHIN**1.5
    covered, naive = [], []
    for _ in range(400):
        drawn, gathered = rng.random((30, 3)), np.clip(rng.normal(0.5, 0.1, (30, 3)), 0, 1)
        found = near_best(
            pd.DataFrame(
                {
                    "state": "complete",
                    "random": np.repeat([True, False], 30),
                    "value": score(np.concatenate([drawn, gathered])),
                }
            )
        )
        covered.append(found.low <= truth <= found.high)
        naive.append(np.mean(score(gathered) <= 1 + WITHIN))
    assert np.mean(covered) > 0.95 - 3.3 * math.sqrt(0.95 * 0.05 / 400)
    assert np.mean(naive) > 5 * truth


def test_divergence_is_of_the_trials_that_ended() -> None:
    ended = trials(
        ("complete", True, 20.0), ("diverged", True, 300.0), ("pruned", False, 90.0), ("failed", True, 300.0)
    )
    assert divergence(ended) == wilson(1, 4)
    assert math.isnan(divergence(ended.iloc[:0]).share)


def test_a_row_a_variant() -> None:
    both = pd.concat(
        [
            trials(("complete", False, 20.0), ("complete", True, 21.0), ("diverged", True, 300.0)),
            trials(("diverged", True, 300.0)).assign(variant="wgan"),
        ]
    )
    found = sensitivity(both).set_index("variant")
    assert found.loc["dcgan", ["random_trials", "near_best", "trials"]].tolist() == [2, 0.5, 3]
    assert found.loc["dcgan", "diverged"] == pytest.approx(1 / 3)
    assert found.loc["dcgan", ["near_best_low", "near_best_high"]].tolist() == [wilson(1, 2).low, wilson(1, 2).high]
    assert found.loc["wgan", ["diverged", "diverged_low"]].tolist() == [1.0, wilson(1, 1).low]
    assert len(sensitivity(both.iloc[:0])) == 0
