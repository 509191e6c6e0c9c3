from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.records import RungRecord, TrialRecord
from reports.records.load import load


@pytest.fixture
def machines(
    tmp_path_factory: pytest.TempPathFactory,
    write_stores: Callable[..., list],
    make_record: Callable[..., TrialRecord],
) -> list:
    """Two stores of one study: dcgan's first final run is in both, hinge ran on the second machine only."""
    dcgan = [make_record("dcgan", "final", n, fid) for n, fid in enumerate([40.0, 41.0, 42.0])]
    hinge = [make_record("hinge", "final", n, fid) for n, fid in enumerate([50.0, 51.0])]
    return write_stores([dcgan, [dcgan[0], *hinge]])


def test_each_run_counts_once(machines: list) -> None:
    one, other = machines
    records = load(one.spec.study_id, one.uri, other.uri)
    found = records.runs.set_index(["variant", "kind", "number"])["fid"].to_dict()
    assert found == {
        ("dcgan", "final", 0): 40.0, ("dcgan", "final", 1): 41.0, ("dcgan", "final", 2): 42.0,
        ("hinge", "final", 0): 50.0, ("hinge", "final", 1): 51.0,
    }  # fmt: skip
    assert records.warnings == ()
    assert records.variant_names == ["dcgan", "hinge"]
    assert records.samples.keys() == {"dcgan", "hinge"}


def test_a_store_without_the_study_is_passed_over(machines: list, study) -> None:
    assert len(load(machines[0].spec.study_id, study.uri, machines[0].uri).runs) == 3
    with pytest.raises(UserError, match="no study 'none-00000000'"):
        load("none-00000000", study.uri, machines[0].uri)


@pytest.mark.long
def test_a_run_that_ended_twice_differently_is_told(
    write_stores: Callable[..., list], make_record: Callable[..., TrialRecord]
) -> None:
    one = make_record("dcgan", "final", 0, 40.0)
    last = one.rungs[-1]
    other = replace(one, rungs=(*one.rungs[:-1], RungRecord(last.step, last.scores | {"fid": 43.5}, last.samples)))
    first, second = write_stores([[one], [other]])
    records = load(first.spec.study_id, first.uri, second.uri)
    assert records.runs["fid"].tolist() == [40.0]
    assert records.warnings == (
        "dcgan final 0 ended differently in two stores (fid 40.0 and 43.5): the first was taken",
    )


def test_a_store_that_was_copied_finds_its_artifacts_beside_the_database(machines: list, tmp_path: Path) -> None:
    _, other = machines
    database = Path(other.uri.removeprefix("sqlite:///"))
    moved = tmp_path / "elsewhere"
    database.parent.rename(moved)
    try:
        records = load(other.spec.study_id, f"sqlite:///{moved / database.name}")
        assert set(records.samples) == {"dcgan", "hinge"}
        assert records.runs["fid"].notna().all()
    finally:
        moved.rename(database.parent)
