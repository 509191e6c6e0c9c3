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


@pytest.mark.parametrize(
    ("ours", "theirs", "rounding", "said"),
    [
        (0.0, -2e-8, 1e-6, "within 2e-8, which is rounding"),  # a relative difference of 1
        (2.84e-14, 2.84001e-14, 1e-6, "within 1e-19, which is rounding"),
        (3e-6, 3.5e-6, 1e-6, "within 5e-7, which is rounding"),
        (1.0, 1.0 + 1e-7, 1e-6, "to 1e-7"),
        (0.0, 0.0, 1e-6, "exactly"),
        (2e-7, 2e-7, 0.0, "exactly"),
        (1.0, 1.0005, 0.0, "to 5e-4"),
    ],
)
def test_a_share_of_what_is_all_rounding_is_no_measure(ours: float, theirs: float, rounding: float, said: str) -> None:
    found = Agreement(ours, theirs, rounding)
    assert found.holds
    assert found.sentence() == said
    check = CrossCheck("torchmetrics 1.9.0", {"fid": found, "kid": Agreement(0.5, 0.5 + 1e-9)})
    assert check.sentence() == f"torchmetrics 1.9.0 agrees: FID {said}, KID to 2e-9"
    assert check.worst == pytest.approx(found.difference if said.startswith("to") else 2e-9)


def test_what_is_apart_by_more_than_rounding_differs_however_small_it_is() -> None:
    assert not Agreement(0.0, 2e-6, rounding=1e-6).holds
    assert not Agreement(1e-9, 2e-9, rounding=1e-12).holds
    assert CrossCheck("torchmetrics 1.9.0", {"kid": Agreement(1e-9, 2e-9, 1e-12)}).sentence() == (
        "torchmetrics 1.9.0 differs: KID is 1e-09 here and 2e-09 there"
    )


def test_a_check_of_before_has_the_rounding_of_then() -> None:
    text = '{"library": "torchmetrics 1.9.0", "scores": {"fid": {"ours": 0.0, "theirs": 1e-7}}}'
    assert CrossCheck.from_json(text).scores["fid"] == Agreement(0.0, 1e-7, 1e-6)


def test_a_check_says_which_scores_differ() -> None:
    other = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(12.5, 13.0), "kid": Agreement(0.5, 0.5)})
    assert not other.agrees
    assert "NaN" in replace(other, scores={"fid": Agreement(nan, inf)}).to_json()
    assert other.sentence() == "torchmetrics 1.9.0 differs: FID is 12.5 here and 13 there"
