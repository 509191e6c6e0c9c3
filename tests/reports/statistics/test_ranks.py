from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from reports.statistics.pairs import compare_pairs
from reports.statistics.ranks import shared_ranks


def compared(apart: set[tuple[str, str]], names: str) -> pd.DataFrame:
    pairs = list(combinations(names, 2))
    return pd.DataFrame(
        {
            "one": [one for one, _ in pairs],
            "other": [other for _, other in pairs],
            "adjusted": [0.01 if pair in apart else 0.05 for pair in pairs],
        }
    )


def test_a_variant_between_two_shares_with_both() -> None:
    found = shared_ranks("abc", compared({("a", "c")}, "abc"))
    assert found["rank"].tolist() == [1, 1, 2]
    assert found["beats"].tolist() == [1, 0, 0]
    assert found["groups"].tolist() == ["1", "1, 2", "2"]


@pytest.mark.parametrize(
    ("apart", "ranks", "groups"),
    [
        (set(), [1, 1, 1, 1], ["1", "1", "1", "1"]),
        (set(combinations("abcd", 2)), [1, 2, 3, 4], ["1", "2", "3", "4"]),
        ({("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")}, [1, 1, 3, 3], ["1", "1", "2", "2"]),
        # b has a lower mean than c, yet only b is known to be worse than a.
        ({("a", "b")}, [1, 2, 1, 1], ["1", "2", "1, 2", "1, 2"]),
    ],
)
def test_ranks_by_hand(apart: set[tuple[str, str]], ranks: list[int], groups: list[str]) -> None:
    found = shared_ranks("abcd", compared(apart, "abcd"))
    assert found["rank"].tolist() == ranks
    assert found["groups"].tolist() == groups


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_the_largest_sets_without_a_difference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = "abcdefg"
    apart = {pair for pair in combinations(names, 2) if rng.random() < rng.choice([0.2, 0.5, 0.8])}
    found = shared_ranks(names, compared(apart, names)).set_index("variant")["groups"].str.split(", ")
    whole = [
        set(group)
        for size in range(1, 8)
        for group in combinations(names, size)
        if not any(pair in apart for pair in combinations(group, 2))
    ]
    largest = [group for group in whole if not any(group < other for other in whole)]
    numbers = {number for own in found for number in own}
    assert sorted(sorted(name for name in names if number in found[name]) for number in numbers) == sorted(
        map(sorted, largest)
    )


def test_single_seeds_have_no_rank() -> None:
    scores = {"a": [1.0], "b": [2.0, 2.1, 2.2], "c": [8.0, 8.1, 8.2]}
    found = shared_ranks("abc", compare_pairs(scores))
    assert found["rank"].isna().tolist() == [True, False, False]
    assert found["rank"].tolist()[1:] == [1, 2]
    assert found["groups"].tolist() == ["", "1", "2"]


def test_one_variant_is_first_and_none_are_none() -> None:
    assert shared_ranks(["a"], compare_pairs({"a": [1.0, 2.0]}))["rank"].tolist() == [1]
    assert len(shared_ranks([], compare_pairs({}))) == 0
