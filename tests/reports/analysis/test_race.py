from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from benchmark.records import TrialRecord
from benchmark.spec import Final
from benchmark.study.final_race import FinalRace
from reports.analysis.race import course, study_race
from reports.records.load import StudyRecords

SEEDS = [40.0, 44.0, 42.0, 41.0, 43.0, 42.0, 41.5, 42.5, 43.5, 40.5, 42.0, 41.0]


@pytest.fixture
def entries(make_record: Callable[..., TrialRecord]) -> list[TrialRecord]:
    """hinge is out after 6 seeds, lsgan diverges now and then, wgan has a run that failed, and papers race besides."""
    rng = np.random.default_rng(3)
    finals = [make_record("dcgan", "final", n, fid) for n, fid in enumerate(SEEDS)]
    finals += [make_record("dcgan", "paper", n, 1.3 * fid, setting="paper") for n, fid in enumerate(SEEDS[:9])]
    finals += [make_record("hinge", "final", n, 3 * fid) for n, fid in enumerate(SEEDS[:6])]
    finals += [make_record("lsgan", "final", n, 45.0, "diverged" if n % 4 else "complete") for n in range(12)]
    finals += [make_record("wgan", "final", n, 10.0, "failed" if n == 3 else "complete") for n in range(6)]
    trials = [make_record("dcgan", "trial", n, 5.0) for n in range(3)]
    trials += [make_record("dcgan", "candidate", n, 5.0, setting="1") for n in range(2)]
    mixed = [*finals, *trials]
    return [mixed[place] for place in rng.permutation(len(mixed))]


@pytest.mark.parametrize("most_seeds", [6, 9, 12, 24])
def test_it_is_the_race_that_the_study_ran(
    most_seeds: int, entries: list[TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    final = Final(seeds=6, most_seeds=most_seeds, settings=("found", "paper"))
    records = in_memory(entries, final)
    ran = FinalRace(records.spec.rules, records.spec.ranked_by)
    ran.take(entry for entry in entries if entry.config.kind in ("final", "paper"))
    found = study_race(records)
    # repr, for NaN is not equal to itself.
    assert repr(found.race) == repr(ran.result())
    assert found.withdrawn == ("wgan",)
    assert "dcgan (paper)" in found.scores


def test_who_may_still_come_is_waited_for(records: StudyRecords) -> None:
    found = study_race(records)
    assert found.waiting == ("lsgan", "wgan")  # of gan-mlp every trial diverged
    assert found.race is not None
    assert found.race.finished
    assert not found.finished


def test_nobody_is_in_a_race_without_final_runs(in_memory: Callable[..., StudyRecords]) -> None:
    found = study_race(in_memory([]))
    assert found.race is None
    assert not found.finished
    assert course(found).empty


def test_its_course_has_a_row_a_look_and_variant_that_was_in(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    finals = {"dcgan": SEEDS, "hinge": [1.06 * fid for fid in SEEDS], "wgan": [3 * fid for fid in SEEDS[:6]]}
    entries = [make_record(name, "final", n, fid) for name, fids in finals.items() for n, fid in enumerate(fids)]
    went = course(study_race(in_memory(entries, Final(seeds=6, most_seeds=12, margin=1.01))))
    looks = went.groupby("seeds")["variant"].apply(list).to_dict()
    assert looks[6] == ["dcgan", "hinge", "wgan"]
    assert all(names == ["dcgan", "hinge"] for seeds, names in looks.items() if seeds > 6)
    for _, row in went.iterrows():
        own = np.exp(np.mean(np.log(finals[row["variant"]][: row["seeds"]])))
        assert row["score"] == pytest.approx(own)
        assert row["times"] == pytest.approx(own / np.exp(np.mean(np.log(SEEDS[: row["seeds"]]))))
    assert went.set_index(["seeds", "variant"]).loc[(6, "wgan"), "left"] == np.False_


def test_a_papers_final_run_is_one_of_a_variant_of_its_own(
    entries: list[TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory(entries, Final(seeds=6, settings=("found", "paper")))
    assert records.paper_entrants == {"dcgan (paper)": "dcgan"}
    counts = pd.crosstab(records.runs["variant"], records.runs["kind"])
    assert counts.loc["dcgan"].to_dict() == {"candidate": 2, "final": 12, "trial": 3}
    assert counts.loc["dcgan (paper)"].to_dict() == {"candidate": 0, "final": 9, "trial": 0}
