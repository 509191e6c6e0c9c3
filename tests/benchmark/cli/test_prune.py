"""`ganbench prune`: a study that was pruned is as good as before."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from tiny_study import FinishedStudy

from benchmark.commands.prune import study_ids
from benchmark.paths import Paths

# Of a run: what does not depend on when it ran.
COMPARED = ["variant", "kind", "number", "state", "fid", "kid", "precision", "recall"]
Command = Callable[..., tuple[int, str, str]]


def seen(paths: Paths) -> dict[str, tuple[int, int]]:
    """Of each record: when it was written, and its length."""
    found = {str(path): path.stat() for path in paths.runs.glob("work/*/*/record.json")}
    return {name: (stat.st_mtime_ns, stat.st_size) for name, stat in found.items()}


def tables(paths: Paths, study: str) -> list[pd.DataFrame]:
    return [pd.read_csv(paths.report(study) / f"{name}.csv") for name in ("runs", "variants")]


@pytest.mark.long
def test_a_pruned_study_trains_nothing_gives_the_same_table_and_its_generators(
    ganbench: Command, untouched: Paths, finished: FinishedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, tiny = finished.spec.study_id, ("--study", "tiny")
    command = ("run", *tiny, "--device", "cpu", "--workers", "1")
    assert ganbench(*command, where=untouched.root)[0] == 0
    assert ganbench("sample", "wgan", *tiny, "--output", str(tmp_path / "before.png"), where=untouched.root)[0] == 0
    before, records = tables(untouched, study), seen(untouched)

    code, told, _ = ganbench("prune", *tiny, "--dry-run", where=untouched.root)
    assert code == 0
    assert told.splitlines()[-1].endswith(" MB would be free; nothing was removed")
    code, out, _ = ganbench("prune", study, where=untouched.root)  # no such argument
    assert code == 2
    code, out, _ = ganbench("prune", "--study", study, where=untouched.root)
    assert code == 0
    assert out.splitlines()[:-1] == told.splitlines()[:-1]
    (would,) = (line.split()[1] for line in told.splitlines()[-1:])
    assert out.splitlines()[-1] == f"{study}: {would} of {would} MB are free now"
    assert float(would) > 0

    code, out, _ = ganbench(*command, where=untouched.root)
    assert code == 0
    assert seen(untouched) == records
    for one, other in zip(before, tables(untouched, study), strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert ganbench("sample", "wgan", *tiny, "--output", str(tmp_path / "after.png"), where=untouched.root)[0] == 0
    assert (tmp_path / "after.png").read_bytes() == (tmp_path / "before.png").read_bytes()
    code, out, _ = ganbench("register", "wgan", *tiny, where=untouched.root)
    assert (code, "registered as tiny-wgan, version 1" in out) == (0, True)
    code, out, _ = ganbench("sample", "wgan-trial-0000", *tiny, where=untouched.root)
    assert code == 2

    # MLflow elsewhere gets all records, and the generators of final runs.
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/elsewhere.db")
    code, out, err = ganbench("sync", *tiny, where=untouched.root)
    assert code == 0, err
    assert f"records of all {len(records)} runs; {len(records)} of them were sent now" in out
    assert ganbench("sample", "wgan", *tiny, "--output", str(tmp_path / "elsewhere.png"), where=untouched.root)[0] == 0
    assert (tmp_path / "elsewhere.png").read_bytes() == (tmp_path / "before.png").read_bytes()


@pytest.mark.long
def test_a_pruned_study_goes_on_with_more_seeds_as_one_that_was_not(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    study = finished.spec.study_id
    found = []
    for name in ("pruned", "whole"):
        root = tmp_path / name
        shutil.copytree(finished.paths.root, root)
        if name == "pruned":
            assert ganbench("prune", "--all", where=root)[0] == 0
            assert not [path for path in (root / "runs" / "cache").rglob("*") if path.is_file()]
        more = ("--set", "final.seeds=3", "--set", "final.most_seeds=3", "--workers", "1", "--device", "cpu")
        code, _, err = ganbench("run", "--study", "tiny", *more, where=root)
        assert code == 0, err
        runs = pd.read_csv(root / "runs" / "reports" / study / "runs.csv")
        found.append(runs.sort_values(["variant", "kind", "number"])[COMPARED].reset_index(drop=True))
    pd.testing.assert_frame_equal(*found)
    assert set(found[0]["number"][found[0]["kind"] == "final"]) == {0, 1, 2}


def test_a_study_that_runs_is_left_alone(ganbench: Command, untouched: Paths, finished: FinishedStudy) -> None:
    (study,) = study_ids(untouched)
    files = {
        path: path.stat().st_mtime_ns for path in untouched.runs.rglob("*") if path.is_file() and path.name != "lock"
    }
    with FileLock(untouched.work(study) / "lock"):
        code, _, err = ganbench("prune", "--study", "tiny", where=untouched.root)
        assert (code, err) == (2, f"ganbench: study {study}: it is running; nothing of it was touched\n")
        code, out, _ = ganbench("prune", "--all", where=untouched.root)
        assert code == 0
        assert out.splitlines() == [
            f"study {study}: it is running; nothing of it was touched",
            "no study: 0.0 of 0.0 MB are free now",
        ]
    assert all(path.stat().st_mtime_ns == then for path, then in files.items())


def test_a_study_that_never_ran_is_one_line(ganbench: Command, tmp_path: Path, finished: FinishedStudy) -> None:
    code, _, err = ganbench("prune", "--study", "smoke")
    assert code == 2
    assert err.startswith("ganbench: no runs of study smoke-")
    assert f" under {tmp_path}/runs; there are: none" in err
    code, out, _ = ganbench("prune", "--all")
    assert (code, out) == (0, "no study: 0.0 of 0.0 MB are free now\n")
    assert list(tmp_path.iterdir()) == []
