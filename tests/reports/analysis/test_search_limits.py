"""What is said in place of what too few trials cannot tell."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.search_limits import enough, too_few
from reports.records.load import StudyRecords

Make, Gather = Callable[..., TrialRecord], Callable[..., StudyRecords]


def searched(make_record: Make, in_memory: Gather, trials: int, kind: str = "tpe") -> StudyRecords:
    records = in_memory([make_record("dcgan", "trial", n, 40.0 + n) for n in range(trials)])
    sampler = records.spec.sampler.model_copy(update={"kind": kind})
    return replace(records, spec=records.spec.model_copy(update={"sampler": sampler}))


def test_two_random_trials_tell_nothing_and_that_is_said(make_record: Make, in_memory: Gather) -> None:
    told = too_few(searched(make_record, in_memory, 2, "random"))
    assert [sentence.partition(":")[0] for sentence in told] == [
        "How much of the search ranges is good is not shown",
        "How much each hyperparameter matters is not shown",
        "What a larger search would find is not shown",
    ]
    assert "takes 10 trials of a variant that were drawn at random, and the most here are 1 (" in told[0]
    assert "and the most here are 2 (" in told[2]


def test_with_trials_enough_nothing_is_said_of_them(make_record: Make, in_memory: Gather) -> None:
    # Trial 0 is the paper's, so eleven have ten at random.
    assert len(too_few(searched(make_record, in_memory, 11, "random"))) == 1
    assert len(too_few(searched(make_record, in_memory, 11))) == 2  # of TPE's only the first batch is
    assert too_few(in_memory([])) == []


def test_only_variants_with_rows_enough_are_left() -> None:
    frame = pd.DataFrame({"variant": ["a", "b", "a", "a", "b"], "value": range(5)})
    assert enough(frame)["value"].tolist() == [0, 2, 3]
    assert enough(frame, 2)["variant"].tolist() == ["a", "b", "a", "a", "b"]
    assert enough(frame.iloc[:0]).empty
