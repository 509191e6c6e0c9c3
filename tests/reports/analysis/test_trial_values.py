import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmark.records import RungRecord, TrialRecord
from reports.analysis.trial_values import trial_values
from reports.records.load import StudyRecords

Gather = Callable[[list[TrialRecord]], StudyRecords]
Make = Callable[..., TrialRecord]


def stopped(record: TrialRecord, *fids: float) -> TrialRecord:
    """A pruned trial with an FID at each rung until it was stopped."""
    rungs = tuple(RungRecord(250 * 2**i, {"fid": fid}, "none.png") for i, fid in enumerate(fids))
    return replace(record, state="pruned", rungs=rungs)


def test_every_ending_has_its_value(make_record: Make, in_memory: Gather) -> None:
    entries = [make_record("dcgan", "trial", n, fid) for n, fid in enumerate([60.0, 40.0, 50.0])]
    entries += [make_record("dcgan", "trial", 3, 1.0, "diverged"), make_record("dcgan", "trial", 4, 1.0, "failed")]
    # Stopped at 200; at 45, which is better than the median of 50; and beyond noise, 1300.
    entries += [stopped(make_record("dcgan", "trial", 5, 0.0), 900.0, 200.0)]
    entries += [stopped(make_record("dcgan", "trial", 6, 0.0), 45.0)]
    entries += [stopped(make_record("dcgan", "trial", 7, 0.0), 2000.0), stopped(make_record("dcgan", "trial", 8, 0.0))]
    values = trial_values(in_memory(entries))
    assert values["value"].tolist() == [60.0, 40.0, 50.0, 1300.0, 1300.0, 200.0, 50.0, 1300.0, 1300.0]
    assert values["seconds"].tolist() == [22.0 + number for number in range(9)]


def test_lost_trials_are_never_better_than_a_complete_one(make_record: Make, in_memory: Gather) -> None:
    entries = [make_record("dcgan", "trial", 0, 5000.0), make_record("dcgan", "trial", 1, 10.0, "diverged")]
    entries += [make_record("hinge", "trial", 0, 60.0), make_record("hinge", "trial", 1, 10.0, "diverged")]
    assert trial_values(in_memory(entries))["value"].tolist() == [5000.0, 5000.0, 60.0, 1300.0]


def test_without_a_complete_trial_or_a_score_of_noise(make_record: Make, in_memory: Gather) -> None:
    lost = [stopped(make_record("dcgan", "trial", 0, 0.0), 80.0), make_record("dcgan", "trial", 1, 9.0, "diverged")]
    assert trial_values(in_memory(lost))["value"].tolist() == [1300.0, 1300.0]
    records = replace(in_memory([*lost, make_record("dcgan", "trial", 2, 30.0)]), baseline={})
    assert trial_values(records)["value"].tolist() == [80.0, math.inf, 30.0]


def test_final_runs_and_runs_that_go_on_are_no_trials(make_record: Make, in_memory: Gather) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 50.0), make_record("dcgan", "final", 0, 40.0)])
    assert trial_values(records)["value"].tolist() == [50.0]
    begun = replace(records, runs=records.runs.assign(state="running"))
    assert trial_values(begun).columns.tolist() == ["variant", "number", "state", "random", "value", "seconds"]
    assert len(trial_values(begun)) == 0


@pytest.mark.parametrize(
    ("kind", "drawn"), [("tpe", [False, True, True, False, False, False]), ("random", [False, *[True] * 5])]
)
def test_only_trials_drawn_at_random_are_so_called(
    make_record: Make, in_memory: Gather, kind: str, drawn: list[bool]
) -> None:
    records = in_memory([make_record("dcgan", "trial", n, 50.0) for n in range(6)])
    update = {"sampler": {"kind": kind}, "cohort": {"size": 3}}
    spec = type(records.spec).model_validate(records.spec.model_dump() | update)
    assert trial_values(replace(records, spec=spec))["random"].tolist() == drawn


def test_all_variants_of_a_study(records: StudyRecords) -> None:
    values = trial_values(records)
    assert len(values) == int((records.runs["kind"] == "trial").sum())
    pruned = values[values["state"] == "pruned"]["value"].tolist()
    # Of hinge, on its first rung of 250 on the way down to 400 at 1000.
    assert pruned == pytest.approx([min(400 * 4**1.1, 1300.0)])
