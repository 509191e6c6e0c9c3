import numpy as np
import pytest

from tools.sample_sizes.agreement import Agreement, agreement

ORDER = np.array([0.1, 0.2, 0.5, 0.9])


def test_by_hand() -> None:
    """Of six pairs the second draw has one the wrong way round, (5 - 1) / 6, and the third all."""
    draws = np.array([[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]])
    found = agreement(draws, ORDER)
    taus = (1, 4 / 6, -1)
    assert found.mean == pytest.approx(sum(taus) / 3)
    assert found.deviation == pytest.approx(np.std(taus, ddof=1))
    assert str(found) == "0.22 ± 1.07"


def test_of_one_draw_there_is_no_deviation() -> None:
    assert agreement(ORDER[np.newaxis] ** 2, ORDER) == Agreement(pytest.approx(1.0), 0.0)
