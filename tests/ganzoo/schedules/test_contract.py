"""What every schedule of the zoo must do, whatever its formula."""

from math import isfinite, nextafter

import pytest

from ganzoo.components import CONSTANT, Schedule
from ganzoo.registry import BUILT_IN

every_schedule = pytest.mark.parametrize("schedule", BUILT_IN.schedule.values(), ids=BUILT_IN.schedule.keys())


def test_the_zoo_has_some() -> None:
    assert {"linear-decay", "cosine"} <= BUILT_IN.schedule.keys()


@every_schedule
def test_factors_are_finite_and_not_negative(schedule: Schedule) -> None:
    factors = [schedule.factor(step / 1000) for step in range(1000)] + [schedule.factor(nextafter(1.0, 0.0))]
    assert all(isinstance(factor, float) and isfinite(factor) and factor >= 0 for factor in factors)


@every_schedule
def test_the_largest_factor_is_1(schedule: Schedule) -> None:
    assert max(schedule.factor(step / 1000) for step in range(1000)) == 1


@every_schedule
def test_states_its_paper_and_limits(schedule: Schedule) -> None:
    assert "arXiv:" in schedule.citation or "doi:10." in schedule.citation
    assert schedule.limits


def test_no_schedule_keeps_the_rates() -> None:
    assert [CONSTANT.factor(progress) for progress in (0.0, 0.5, 0.999)] == [1.0] * 3
