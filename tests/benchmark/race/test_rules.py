import math
from itertools import pairwise

import pytest

from benchmark.race.rules import MOST_SPENT, Rules, Scale, level_at, share_spent, stage_sizes


@pytest.mark.parametrize(
    ("seeds", "most", "looks", "sizes"),
    [
        (6, 24, 1, (6, 12, 24)),
        (6, 20, 1, (6, 12, 20)),
        (6, 48, 1, (6, 12, 24, 48)),
        (6, 24, 2, (6, 9, 12, 18, 24)),
        (6, 48, 2, (6, 9, 12, 18, 24, 36, 48)),
        (6, 9, 2, (6, 9)),
        (6, 10, 2, (6, 9, 10)),
        (1, 4, 2, (1, 2, 3, 4)),
        (5, 10, 2, (5, 7, 10)),
        (50, 50, 1, (50,)),
        (1, 1, 2, (1,)),
    ],
)
def test_stage_sizes(seeds: int, most: int, looks: int, sizes: tuple[int, ...]) -> None:
    assert stage_sizes(Rules(seeds=seeds, most_seeds=most, looks_per_doubling=looks)) == sizes


def test_fixed_seeds_have_one_look() -> None:
    rules = Rules.fixed(50, 0.1, 0.2, "difference")
    assert stage_sizes(rules) == (50,)
    assert (rules.error, rules.margin, rules.scale) == (0.1, 0.2, "difference")


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("most", [6, 9, 12, 24, 48])
def test_more_seeds_leave_earlier_looks_as_they_were(most: int, looks: int) -> None:
    few = stage_sizes(Rules(most_seeds=most, looks_per_doubling=looks))
    many = stage_sizes(Rules(most_seeds=96, looks_per_doubling=looks))
    assert many[: len(few) - 1] == few[:-1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"seeds": 0}, "seeds must be from 1 to most_seeds \\(24\\), got 0"),
        ({"seeds": 25}, "seeds must be from 1 to most_seeds \\(24\\), got 25"),
        ({"error": 0.0}, "error must be over 0"),
        ({"error": 0.5}, "under 0.5, got 0.5"),
        ({"error": math.nan}, "error must be"),
        ({"margin": 1.0}, "margin must be over 1 on the scale 'ratio', got 1.0"),
        ({"margin": math.inf}, "margin must be"),
        ({"margin": math.nan}, "margin must be"),
        ({"scale": "log"}, "scale must be 'ratio' or 'difference', got 'log'"),
        ({"scale": "difference", "margin": 0.0}, "margin must be over 0 on the scale 'difference'"),
        ({"looks_per_doubling": 3}, "looks_per_doubling must be 1 or 2, got 3"),
    ],
)
def test_wrong_rules_are_refused(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Rules(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("scale", "raced"), [("ratio", math.log(1.5)), ("difference", 1.5)])
def test_the_margin_on_the_raced_scale(scale: Scale, raced: float) -> None:
    assert Rules(scale=scale, margin=1.5).raced_margin == pytest.approx(raced)


def test_the_error_spent_by_hand() -> None:
    assert share_spent(0) == 0
    assert share_spent(16) == pytest.approx(0.325)
    assert share_spent(12) == pytest.approx(0.65 * 0.36)
    assert level_at(6, 0, 0.05) == pytest.approx(0.05 * 0.65 * 36 / 292)
    assert level_at(12, 6, 0.05) == pytest.approx(0.05 * 0.65 * (144 / 400 - 36 / 292))


@pytest.mark.parametrize("looks", [1, 2])
def test_all_looks_together_never_spend_more_than_their_part_of_the_error(looks: int) -> None:
    sizes = (0, *stage_sizes(Rules(most_seeds=6 * 2**12, looks_per_doubling=looks)))
    levels = [level_at(seeds, before, 0.05) for before, seeds in pairwise(sizes)]
    assert min(levels) > 0
    assert 0.99 * 0.05 * MOST_SPENT < sum(levels) < 0.05 * MOST_SPENT
