"""How far two libraries agree, and how a person is told."""

from dataclasses import replace
from math import inf, nan

import pytest

from benchmark.agreement import Agreement, CrossCheck


@pytest.mark.parametrize(
    ("ours", "theirs", "difference", "holds"),
    [
        (200.0, 200.2, 0.2 / 200.2, True),
        (200.0, 200.21, 0.21 / 200.21, False),
        (-0.2, 0.2, 2.0, False),
        (1e-7, -1e-7, 2.0, True),
        (0.0, 0.0, 0.0, True),
        (nan, 1.0, nan, False),
    ],
)
def test_libraries_agree_to_a_thousandth_or_next_to_nothing(
    ours: float, theirs: float, difference: float, holds: bool
) -> None:
    found = Agreement(ours, theirs)
    assert found.difference == pytest.approx(difference, nan_ok=True)
    assert found.holds is holds


def test_a_check_says_how_far_libraries_agree() -> None:
    same = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(1.0, 1.0 + 3e-9), "kid": Agreement(0.5, 0.5)})
    assert same.agrees
    assert same.sentence() == "torchmetrics 1.9.0 agrees: FID to 3e-9, KID exactly"
    assert same.worst == pytest.approx(3e-9)
    assert CrossCheck.from_json(same.to_json()) == same


def test_a_check_says_which_scores_differ() -> None:
    other = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(12.5, 13.0), "kid": Agreement(0.5, 0.5)})
    assert not other.agrees
    assert "NaN" in replace(other, scores={"fid": Agreement(nan, inf)}).to_json()
    assert other.sentence() == "torchmetrics 1.9.0 differs: FID is 12.5 here and 13 there"
