"""Who is stopped at a rung, by hand."""

from pathlib import Path

import pytest
from searches import make_spec, record_of, search_of, trials_of

from benchmark.records import RungRecord
from benchmark.spec import Spec
from benchmark.study.search import Search


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "optuna.journal"


def told_at(search: Search, number: int, *fids: float) -> list[bool]:
    """What a trial is told at steps 10, 20 ..."""
    rungs = [RungRecord(10 * (place + 1), {"fid": fid}, "a.png") for place, fid in enumerate(fids)]
    return [search.prune(number, rung) for rung in rungs]


def first_cohort(spec: Spec, journal: Path) -> Search:
    """Four trials with 10, 20, 30 and 40 at step 10, and 8, 18, 28 and 38 at step 20; and four more asked for."""
    search = search_of(spec, "dcgan", journal)
    batch = search.batch()
    for number, fid in enumerate((10.0, 20.0, 30.0, 40.0)):
        assert told_at(search, number, fid, fid - 2) == [False, False]
    search.tell([record_of(a, fid=fid) for a, fid in zip(batch, (8.0, 18.0, 28.0, 38.0), strict=True)])
    search.batch()
    return search


@pytest.mark.parametrize(
    ("percentile", "fids", "pruned"),
    [
        # The median of 10, 20, 30 and 40 is 25; that of 8, 18, 28 and 38 is 23.
        (50.0, (25.0, 23.0), [False, False]),
        (50.0, (25.5,), [True]),
        (50.0, (24.0, 23.5), [False, True]),
        # Its best so far counts, not its last.
        (50.0, (22.0, 99.0), [False, False]),
        # A quarter of the way from 10 to 40 in ranks: 17.5.
        (25.0, (17.5,), [False]),
        (25.0, (17.6,), [True]),
        (100.0, (1e9, 1e9), [False, False]),
    ],
)
def test_percentile_pruning_by_hand(
    percentile: float, fids: tuple[float, ...], pruned: list[bool], journal: Path
) -> None:
    search = first_cohort(make_spec(pruner={"percentile": percentile}), journal)
    assert told_at(search, 4, *fids) == pruned


def test_nothing_is_pruned_before_enough_trials_are_complete(journal: Path) -> None:
    search = first_cohort(make_spec(pruner={"startup_trials": 5}), journal)
    assert told_at(search, 4, 1e9, 1e9) == [False, False]


def test_trials_of_the_same_cohort_do_not_prune_each_other(journal: Path) -> None:
    """Whoever is faster would otherwise decide."""
    search = first_cohort(make_spec(), journal)
    for number in (4, 5, 6):
        assert told_at(search, number, 1.0, 1.0) == [False, False]
    assert told_at(search, 7, 24.0, 22.0) == [False, False]


def test_rungs_told_again_after_a_crash_are_judged_as_before(journal: Path) -> None:
    spec = make_spec()
    assert told_at(first_cohort(spec, journal), 4, 24.0, 23.5) == [False, True]
    again = search_of(spec, "dcgan", journal)
    again.batch()
    assert told_at(again, 4, 24.0, 23.5) == [False, True]
    assert trials_of(spec, "dcgan", journal)[4].intermediate_values == {10: 24.0, 20: 23.5}
