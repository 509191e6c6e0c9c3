from itertools import combinations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from tools.race_simulation.holm import holm_left


def left_by_hand(scores: np.ndarray, error: float) -> list[bool]:
    tests = sorted(
        (ttest_ind(scores[i], scores[j], equal_var=False).pvalue, i, j) for i, j in combinations(range(len(scores)), 2)
    )
    left = [True] * len(scores)
    for step, (chance, i, j) in enumerate(tests):
        if chance * (len(tests) - step) >= error:
            break
        left[i if scores[i].mean() > scores[j].mean() else j] = False
    return left


@pytest.mark.parametrize("seed", range(3))
def test_holm_step_by_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 0.5, (1, 6, 1)) + 0.3 * rng.standard_normal((10, 6, 5))
    found = holm_left(scores, 0.05)
    assert found.tolist() == [left_by_hand(one, 0.05) for one in scores]
    assert 1 < found.sum(axis=1).mean() < 6
