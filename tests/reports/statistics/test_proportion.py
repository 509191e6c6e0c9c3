import math

import numpy as np
import pytest
from scipy import stats

from reports.statistics.proportion import wilson


@pytest.mark.parametrize(("count", "n"), [(0, 5), (1, 6), (14, 14), (37, 1000)])
def test_interval_ends_where_the_share_is_195996_deviations_off(count: int, n: int) -> None:
    """Wilson's ends are the true shares p from which the observed one lies z sqrt(p (1 - p) / n) away."""
    found = wilson(count, n)
    for end in (found.low, found.high):
        assert (found.share - end) ** 2 == pytest.approx(1.959963984540054**2 * end * (1 - end) / n, abs=1e-12)
    assert (found.share, found.n) == (count / n, n)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low < found.high
    assert (found.low == 0, found.high == 1) == (count == 0, count == n)


@pytest.mark.simulation
def test_covers_on_average_over_shares() -> None:
    # Exactly: for each true share, the probability of the counts whose interval holds it.
    n, truths = 20, np.linspace(0.02, 0.98, 97)
    intervals = [wilson(count, n) for count in range(n + 1)]
    covered = [sum(stats.binom.pmf(i.share * n, n, p) for i in intervals if i.low <= p <= i.high) for p in truths]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)


def test_nothing_is_known_of_no_trials() -> None:
    found = wilson(0, 0)
    assert math.isnan(found.share)
    assert (found.low, found.high, found.n) == (0.0, 1.0, 0)
