"""What searches find by how many trials, as it is printed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmark.race.searches import number_of
from benchmark.records import TrialRecord
from benchmark.spec import Final
from reports.output.search_budget_table import (
    leader_sentence,
    search_budget_headings,
    search_budget_rows,
    shown_trials,
)
from reports.records.load import StudyRecords


@pytest.fixture
def repeated(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]) -> StudyRecords:
    """hinge is better at first, dcgan from the second trial on; each search finds the same."""
    scores = {"dcgan": [90.0, 20.0, 20.0], "hinge": [60.0, 60.0, 50.0]}
    entries = [
        make_record(name, "trial", number_of(search, place), score)
        for name, own in scores.items()
        for search in range(2)
        for place, score in enumerate(own)
    ]
    entries += [make_record(name, "final", number_of(0, n), 40.0) for name in scores for n in range(2)]
    found = in_memory(entries, Final(seeds=2, most_seeds=2))
    budget = found.spec.budget.model_copy(update={"searches": 2, "trials": 3})
    return replace(found, spec=found.spec.model_copy(update={"budget": budget}))


@pytest.mark.parametrize(("budget", "shown"), [(1, [1]), (3, [1, 2, 3]), (8, [1, 2, 4, 8]), (10, [1, 2, 4, 8, 10])])
def test_doublings_and_the_whole_budget_have_a_column(budget: int, shown: list[int]) -> None:
    assert shown_trials(budget) == shown


def test_a_row_a_variant_the_quickest_first(repeated: StudyRecords) -> None:
    assert search_budget_headings(repeated) == [
        *("Variant", "1 trial", "2 trials", "3 trials"),
        *("Searches near the best", "Trials until then", "Updates until then"),
    ]
    rows = search_budget_rows(repeated)
    assert [row.cells[:6] for row in rows] == [
        ["dcgan", "90 [90, 90]", "20 [20, 20]", "20 [20, 20]", "2 of 2", "2.0 [2.0, 2.0]"],
        ["hinge", "60 [60, 60]", "60 [60, 60]", "50 [50, 50]", "0 of 2", "3.0 [3.0, 3.0]"],
    ]
    assert rows[0].values[1:6] == pytest.approx([90, 20, 20, 1, 2])


def test_who_leads_from_when(repeated: StudyRecords) -> None:
    expected = "In the middle over searches dcgan leads from 2 trials on; with fewer, hinge."
    assert leader_sentence(repeated) == expected


def test_one_search_has_no_table(records: StudyRecords) -> None:
    assert search_budget_rows(records) == []
    assert leader_sentence(records) == ""
