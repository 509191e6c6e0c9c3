"""What searches find by how many trials, by hand: middles, intervals, and how many trials until a target."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmark.race.searches import number_of
from benchmark.records import TrialRecord
from benchmark.spec import Final
from reports.analysis.search_budgets import best_by_trials, trials_to_target
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import interval

Gather = Callable[..., StudyRecords]
Make = Callable[..., TrialRecord]
# By variant the scores of each search's trials in their order; dcgan's third search is not at its end.
SEARCHES = {
    "dcgan": [[80.0, 40.0, 60.0], [90.0, 70.0, 20.0], [50.0, 60.0]],
    "hinge": [[60.0, 60.0, 90.0], [30.0, 50.0, 90.0], [45.0, 45.0, 45.0]],
}


@pytest.fixture
def repeated(make_record: Make, in_memory: Gather) -> StudyRecords:
    entries = [
        make_record(name, "trial", number_of(search, place), score)
        for name, searches in SEARCHES.items()
        for search, scores in enumerate(searches)
        for place, score in enumerate(scores)
    ]
    entries += [make_record(name, "final", number_of(0, n), 40.0) for name in SEARCHES for n in range(2)]
    found = in_memory(entries, Final(seeds=2, most_seeds=2, margin=1.25))
    budget = found.spec.budget.model_copy(update={"searches": 3, "trials": 3})
    return replace(found, spec=found.spec.model_copy(update={"budget": budget}))


def geometric(*scores: float) -> float:
    return math.exp(sum(map(math.log, scores)) / len(scores))


def test_the_best_of_a_search_s_first_trials_in_the_middle_over_searches(repeated: StudyRecords) -> None:
    found = best_by_trials(repeated)
    dcgan = found[found["variant"] == "dcgan"]
    assert dcgan["trials"].tolist() == [1, 2, 3]
    assert dcgan["searches"].tolist() == [3, 3, 2]
    expected = [geometric(80, 90, 50), geometric(40, 70, 50), geometric(40, 20)]
    assert dcgan["score"].tolist() == pytest.approx(expected)
    ends = interval([math.log(each) for each in (40, 70, 50)])
    assert dcgan["low"].tolist()[1] == pytest.approx(math.exp(ends.low))
    assert dcgan["high"].tolist()[1] == pytest.approx(math.exp(ends.high))
    steps = repeated.runs["discriminator_steps"].max()
    assert dcgan["updates"].tolist() == [steps, 2 * steps, 3 * steps]


def test_trials_until_a_search_comes_near_what_the_best_variant_finds(repeated: StudyRecords) -> None:
    """The target is 1.25 times the middle of 40 and 20, 35.4: dcgan comes there in none of two trials in its third
    search, which says nothing of the third, and at the third in its second; hinge at the first in its second."""
    found = trials_to_target(repeated).set_index("variant")
    assert found["target"].tolist() == pytest.approx([1.25 * geometric(40, 20)] * 2)
    assert found["reached"].to_dict() == {"dcgan": 1, "hinge": 1}
    # Of dcgan nobody is there after 1 or 2 trials: 1 + 1 + 1. Of hinge two of three are not: 1 + 2/3 + 2/3.
    assert found["trials"].to_dict() == pytest.approx({"dcgan": 3.0, "hinge": 7 / 3})
    assert (found["low"] >= 1).all()
    assert (found["high"] <= 3).all()
    steps = repeated.runs["discriminator_steps"].max()
    assert found["updates"].to_dict() == pytest.approx({"dcgan": 3.0 * steps, "hinge": 7 / 3 * steps})


def test_one_search_has_neither(make_record: Make, in_memory: Gather) -> None:
    records = in_memory([make_record("dcgan", "trial", n, 50.0 - n) for n in range(3)])
    assert best_by_trials(records).empty
    assert trials_to_target(records).empty
