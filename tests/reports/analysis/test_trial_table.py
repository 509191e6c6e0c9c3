"""Trials as a table: a row a rung, what was searched beside it, and back again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark.records import RungRecord, TrialRecord
from benchmark.replay.recorded_trials import COLUMNS, read_trials
from ganzoo.hyperparameters import NAMES
from reports.analysis.trial_table import trial_table
from reports.records.load import StudyRecords

Gather = Callable[[list[TrialRecord]], StudyRecords]
Make = Callable[..., TrialRecord]


def at_rungs(record: TrialRecord, *fids: float) -> TrialRecord:
    rungs = tuple(RungRecord(250 * 2**nth, {"fid": fid}, "none.png") for nth, fid in enumerate(fids))
    return replace(record, rungs=rungs)


def test_a_row_a_rung_of_trials_alone(make_record: Make, in_memory: Gather) -> None:
    entries = [
        at_rungs(make_record("hinge", "trial", 1, 0.0), 80.0, 60.0),
        at_rungs(make_record("dcgan", "trial", 1_000_002, 0.0), 90.0, 70.0),
        at_rungs(make_record("dcgan", "trial", 0, 0.0, "pruned"), 95.0),
        at_rungs(make_record("dcgan", "final", 0, 0.0), 50.0, 40.0),
    ]
    records = in_memory(entries)
    table = trial_table(records)
    assert list(table.columns) == [*COLUMNS, *NAMES]
    assert table[["variant", "search", "trial", "state"]].to_numpy().tolist() == [
        ["dcgan", 0, 0, "pruned"],
        ["dcgan", 1, 2, "complete"],
        ["dcgan", 1, 2, "complete"],
        ["hinge", 0, 1, "complete"],
        ["hinge", 0, 1, "complete"],
    ]
    assert table["discriminator_steps"].tolist() == [250, 250, 500, 250, 500]
    assert table["score"].tolist() == [95.0, 90.0, 70.0, 80.0, 60.0]
    assert table.attrs["study"] == records.spec.study_id
    assert table.attrs["score"] == "fid"
    assert set(table.attrs["spaces"]) == {"dcgan", "hinge"}


def test_it_is_read_as_it_was_written(make_record: Make, in_memory: Gather, tmp_path: Path) -> None:
    entries = [at_rungs(make_record("dcgan", "trial", n, 0.0), 90.0 - n, 70.0 - n) for n in range(4)]
    records = in_memory(entries)
    trial_table(records).to_parquet(tmp_path / "trials.parquet", index=False)
    recorded = read_trials(tmp_path / "trials.parquet")
    ranges = records.spec.search.ranges("dcgan")
    inside = [
        entry
        for entry in entries
        if all(ranges[name].holds(value) for name, value in entry.config.hyperparameters.items() if name in ranges)
    ]
    dcgan = recorded.variants["dcgan"]
    assert recorded.trials == records.spec.budget.trials
    assert {*dcgan.space} == {*entries[0].config.hyperparameters} & {*ranges}
    np.testing.assert_array_equal(dcgan.scores, [[each.scores["fid"] for each in entry.rungs] for entry in inside])


def test_a_study_without_trials_has_an_empty_table(make_record: Make, in_memory: Gather) -> None:
    table = trial_table(in_memory([make_record("dcgan", "final", 0, 40.0)]))
    assert isinstance(table, pd.DataFrame)
    assert table.empty
