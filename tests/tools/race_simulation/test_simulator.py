import math

import numpy as np
import pytest

from benchmark.race.race import race
from benchmark.race.rules import Rules
from tools.race_simulation.simulator import simulate


@pytest.mark.parametrize("case", range(24))
def test_the_simulator_decides_as_the_race(case: int) -> None:
    """Races close and clear, with runs that diverged, with tied scores, and with a variant that does not deviate."""
    rng = np.random.default_rng([9, case])
    variants = int(rng.integers(2, 9))
    scores = rng.normal(0, 0.3, (1, variants, 1)) + rng.choice([0.02, 0.1, 0.3], (1, variants, 1)) * rng.normal(
        size=(15, variants, 24)
    )
    if case % 3 == 1:
        scores[rng.random(scores.shape) < rng.choice([0.2, 0.8])] = math.inf
        # Some run of those in has completed at every look.
        scores[:, :, 0] = np.where(np.isfinite(scores[:, :, 0]).any(axis=1)[:, None], scores[:, :, 0], 0.0)
    if case % 3 == 2:
        scores = np.round(scores, 1)
    if case % 4 == 0:
        scores[:, : 1 + case % 8 // 4] = scores[:, : 1 + case % 8 // 4, :1]
    rules = Rules(scale="difference", margin=0.1, looks_per_doubling=1 + case % 2)
    outcome = simulate(scores, rules)
    for number, studied in enumerate(scores):
        found = race({f"{i}": row.tolist() for i, row in enumerate(studied)}, rules)
        verdicts = [found.verdicts[f"{i}"] for i in range(variants)]
        assert [v.verdict != "out" for v in verdicts] == outcome.inside[number].tolist()
        assert [v.stage or 0 for v in verdicts] == outcome.left_at[number].tolist()
        assert found.runs == outcome.runs[number]
        assert found.practically_equal == outcome.equal[number]


def test_the_share_sent_out() -> None:
    scores = np.zeros((2, 2, 6))
    scores[0, 1] = 1.0
    assert simulate(scores, Rules(most_seeds=6)).sent_out.tolist() == [0.0, 0.5]
