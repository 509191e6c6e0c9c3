"""Searches that are repeated: which of them a run is of, by its number, and what a race has of each."""

import math
from collections.abc import Collection, Mapping

from benchmark.race.rules import Scale

# Runs of one kind that a search may number: those of search 2 are 2000000, 2000001, ... So the number of a run stays
# what tells it from all others of its variant and kind, and the first search has the numbers of one that is alone.
NUMBERS = 10**6

# Searches that every variant gets first: the fewest that say how much searches differ.
FIRST_SEARCHES = 2


def search_of(number: int) -> int:
    """The search, from 0, that a run of this number is of."""
    return number // NUMBERS


def place_of(number: int) -> int:
    """Which of its search's runs of one kind a run of this number is, from 0."""
    return number % NUMBERS


def number_of(search: int, place: int) -> int:
    """The number of a search's run."""
    return search * NUMBERS + place


def search_scores(
    scores: Mapping[int, float], seeds: int, scale: Scale, fruitless: Collection[int] = ()
) -> dict[int, float]:
    """What a race has of repeated searches: of each the mean over its final runs.

    Two runs of what one search found share the luck of that search, so only searches are independent of each other.

    Args:
        scores: Of final runs of one variant, by number; +inf for a run that diverged.
        seeds: Final runs a search: those beyond are ignored, and a search that has fewer is not there yet.
        scale: "ratio" for the geometric mean, "difference" for the arithmetic one.
        fruitless: Searches of which no trial was completed: there is nothing to use of them.

    Returns:
        By search its score; +inf where one of its runs diverged, and of those that are fruitless.
    """
    found = dict.fromkeys(fruitless, math.inf)
    for search in {search_of(number) for number in scores} - {*fruitless}:
        numbers = [number_of(search, place) for place in range(seeds)]
        if all(number in scores for number in numbers):
            found[search] = _mean([scores[number] for number in numbers], scale)
    return found


def _mean(scores: list[float], scale: Scale) -> float:
    if scale == "difference":
        return sum(scores) / len(scores)
    without_logarithm = [score for score in scores if not score > 0]
    if without_logarithm:
        return without_logarithm[0]  # for the race to refuse
    return math.exp(sum(map(math.log, scores)) / len(scores))
