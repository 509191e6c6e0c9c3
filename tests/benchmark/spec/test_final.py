"""The `[final]` table: what it is without a word, what it refuses, a share of it, and the rules that it makes."""

from typing import Any

import pytest
from pydantic import ValidationError

from benchmark.race.rules import Rules
from benchmark.spec import Final


def test_defaults() -> None:
    assert Final().model_dump() == {
        "seeds": 6,
        "most_seeds": 24,
        "error": 0.05,
        "margin": None,
        "images": 0,
        "candidates": 1,
        "candidate_seeds": 1,
        "settings": ("found",),
    }


@pytest.mark.parametrize(("seeds", "most"), [(2, 24), (24, 24), (50, 50)])
def test_more_first_seeds_than_the_default_raise_the_most(seeds: int, most: int) -> None:
    assert Final.model_validate({"seeds": seeds}).most_seeds == most


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"seeds": 8, "most_seeds": 7},
            "most_seeds = 7 is less than seeds = 8; must be 8 or more, as in --set final.most_seeds=8",
        ),
        ({"settings": ["paper"]}, r"settings = \['paper'\]: must hold 'found'"),
        ({"settings": ["best"]}, "settings"),
        ({"seeds": 0}, "greater than or equal to 1"),
        ({"error": 0.5}, "less than 0.5"),
        ({"error": 0}, "greater than 0"),
        ({"margin": 0}, "greater than 0"),
        ({"candidates": 0}, "greater than or equal to 1"),
        ({"seed": 3}, "seed"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Final.model_validate(values)


@pytest.mark.parametrize(
    ("share", "seeds", "most", "images"),
    [(1, 6, 24, 1000), (0.5, 3, 12, 500), (0.1, 2, 2, 100), (0.01, 2, 2, 64)],
)
def test_a_share_keeps_two_seeds_and_64_images(share: float, seeds: int, most: int, images: int) -> None:
    scaled = Final(images=1000).scaled(share)
    assert (scaled.seeds, scaled.most_seeds, scaled.images) == (seeds, most, images)


def test_a_share_never_adds_anything() -> None:
    scaled = Final(seeds=1, most_seeds=1, images=0).scaled(0.5)
    assert (scaled.seeds, scaled.most_seeds, scaled.images) == (1, 1, 0)


def test_rules_have_a_tenth_as_margin_of_ratios_and_next_to_none_of_differences() -> None:
    assert Final().rules("ratio") == Rules(seeds=6, most_seeds=24, error=0.05, margin=1.1, scale="ratio")
    assert Final().rules("difference") == Rules(6, 24, 0.05, 1e-12, "difference")
    own = Final(seeds=3, most_seeds=9, error=0.2, margin=1.5)
    assert own.rules("ratio") == Rules(3, 9, 0.2, 1.5, "ratio")
    assert own.rules("difference") == Rules(3, 9, 0.2, 1.5, "difference")
