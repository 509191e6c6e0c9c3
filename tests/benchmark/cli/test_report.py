"""Reports of any selection, before and after a change, and while a study runs, as commands."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient
from read_only import ganbench_read_only
from tiny_study import SOUND, FinishedStudy

from benchmark.cli.report import more_seeds, store_uri
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Final, Spec
from benchmark.tracking.relocation import relocate
from benchmark.tracking.spool import Spool
from reports.records.load import StudyRecords, curves_frame, evals_frame, runs_frame
from reports.records.stored import StoredRun

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> Path:
    """A report of the finished study."""
    code, _, err = ganbench("report", "--study", "tiny", "--output", str(tmp_path / "out"), where=finished.paths.root)
    assert (code, err) == (0, "")
    return tmp_path / "out"


def test_a_report_lies_in_mlflow_beside_its_runs(ganbench: Command, finished: FinishedStudy) -> None:
    code, _, _ = ganbench("report", "--study", "tiny", where=finished.paths.root)
    assert code == 0
    client = MlflowClient(finished.uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id], "tags.kind = 'report'")
    assert {"index.html", "leaderboard.tex"} <= {file.path for file in client.list_artifacts(run.info.run_id)}


def test_every_command_takes_a_study_by_its_id(
    ganbench: Command, untouched: Paths, finished: FinishedStudy, tmp_path: Path
) -> None:
    study, root = ("--study", finished.spec.study_id), untouched.root
    spool = Spool(untouched.work(finished.spec.study_id))
    spool.on_study_start(finished.spec, SOUND, finished.preparation)
    (root / "studies" / "tiny.toml").unlink()
    for words in (
        ("report", *study),
        ("report", *study, "--store", str(untouched.runs), "--output", str(tmp_path / "out")),
        ("compare", str(root), str(root), *study),
        ("sample", "wgan", *study, "--output", str(tmp_path / "wgan.png")),
        ("register", "wgan", *study),
        ("sync", *study),
        ("prune", *study, "--dry-run"),
    ):
        code, _, err = ganbench(*words, where=root)
        assert code == 0, (words, err)
    assert (untouched.report(finished.spec.study_id) / "variants.csv").is_file()
    code, _, err = ganbench("report", *study, "--set", "seed=3", where=root)
    assert code == 2
    assert err == f"ganbench: --set seed=3: makes it another study than {finished.spec.study_id}; name its spec\n"


def test_a_report_may_go_elsewhere(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> None:
    code, out, _ = ganbench("report", "--study", "tiny", "--output", str(tmp_path / "out"), where=finished.paths.root)
    assert code == 0
    assert f"Report: {tmp_path / 'out' / 'index.html'}" in out
    assert {"index.html", "report.md", "runs.csv"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_a_report_of_a_study_that_never_ran_is_refused(ganbench: Command, finished: FinishedStudy) -> None:
    code, _, err = ganbench("report", "--study", "tiny", "--set", "seed=99", where=finished.paths.root)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert "tiny-" in err


def test_some_variants_of_a_store_named_by_its_folder(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    words = (
        "--study",
        "tiny",
        "--store",
        str(finished.paths.runs),
        "--variant",
        "wgan",
        "--output",
        str(tmp_path / "w"),
    )
    code, out, _ = ganbench("report", *words, where=finished.paths.root)
    assert code == 0
    assert "gan-shallow" not in out
    assert pd.read_csv(tmp_path / "w" / "variants.csv")["variant"].tolist() == ["wgan"]


def test_the_same_study_is_unchanged(ganbench: Command, finished: FinishedStudy, folder: Path, tmp_path: Path) -> None:
    result = tmp_path / "compared.csv"
    words = ("compare", str(finished.paths.root), str(folder), "--study", "tiny", "--output", str(result))
    code, out, _ = ganbench(*words, where=finished.paths.root)
    assert code == 0
    assert "No variant lost by the change (2 unchanged)" in out
    assert pd.read_csv(result)["verdict"].tolist() == ["unchanged", "unchanged"]


def test_an_output_that_cannot_be_is_refused_before_anything_is_read(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    words = ("compare", "nowhere", "nowhere", "--study", "tiny", "--output", str(tmp_path))
    code, _, err = ganbench(*words, where=finished.paths.root)
    assert code == 2
    assert f"--output {str(tmp_path)!r}: is a folder; name a file" in err


def test_a_loss_ends_with_1(ganbench: Command, finished: FinishedStudy, folder: Path) -> None:
    runs = pd.read_csv(folder / "runs.csv")
    runs["fid"] += 1e6 * (runs["variant"] == "wgan")
    runs.to_csv(folder / "runs.csv", index=False)
    before = str(finished.paths.runs / "mlflow.db")
    code, out, _ = ganbench("compare", before, str(folder), "--study", "tiny", where=finished.paths.root)
    assert code == 1
    assert "1 of 2 variants lost by the change: wgan (worse)" in out


def test_other_protocols_end_with_2_and_one_line(ganbench: Command, finished: FinishedStudy, folder: Path) -> None:
    told = json.loads((folder / "protocol.json").read_text(encoding="utf-8"))
    told["protocols"]["final"]["generated_images"] = 7
    (folder / "protocol.json").write_text(json.dumps(told), encoding="utf-8")
    words = ("compare", str(finished.paths.root), str(folder), "--study", "tiny")
    code, _, err = ganbench(*words, where=finished.paths.root)
    assert code == 2
    assert "different protocols: generated_images = 64 and 7" in err
    assert err.count("\n") == 1


def test_a_finished_study_is_watched_once(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> None:
    words = ("--study", "tiny", "--variant", "wgan", "--watch", "1", "--output", str(tmp_path / "live"))
    client = MlflowClient(finished.uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    assert experiment is not None
    parents = client.search_runs([experiment.experiment_id], "tags.kind = 'variant'")
    assert {run.info.status for run in parents} == {"FINISHED"}
    code, out, _ = ganbench("report", *words, where=finished.paths.root)
    assert code == 0
    assert "runs have ended" in out
    assert "location.reload()" not in (tmp_path / "live" / "index.html").read_text(encoding="utf-8")


def test_places_of_stores(finished: FinishedStudy, tmp_path: Path) -> None:
    database = finished.paths.runs / "mlflow.db"
    assert {store_uri(str(place)) for place in (database, finished.paths.runs, finished.paths.root)} == {
        f"sqlite:///{database.resolve()}"
    }
    assert store_uri("http://host:1") == "http://host:1"
    with pytest.raises(UserError, match=r"no mlflow.db there"):
        store_uri(str(tmp_path))


@pytest.mark.parametrize(
    ("factor", "most_seeds", "advised"),
    [(1.06, 6, True), (3.0, 6, False), (1.06, 12, False), (1.001, 6, False)],
    ids=["tied", "settled", "still running", "practically equal"],
)
def test_more_seeds_are_advised_only_where_the_race_left_several(factor: float, most_seeds: int, advised: bool) -> None:
    protocol = Protocol("digits", 8, "test", 449, 449, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
    final = Final(seeds=6, most_seeds=most_seeds, margin=1.08)
    scores = [40.0, 44.0, 42.0, 41.0, 43.0, 42.0]
    runs = [
        StoredRun(
            name, "final", n, "complete", {}, {}, "", 0,
            TrialRecord(TrialConfig(name, "final", n, n, {}), "complete", protocol, (RungRecord(1, {"fid": fid}, ""),)),
        )
        for name, factor in (("dcgan", 1.0), ("hinge", factor))
        for n, fid in enumerate(factor * score for score in scores)
    ]  # fmt: skip
    raced = Spec(name="x", dataset="digits", variants=("dcgan", "hinge"), final=final)
    frames = (runs_frame(runs), evals_frame(runs), curves_frame(runs))
    records = StudyRecords("x-1", raced, *frames, {}, {"final": protocol}, {}, {}, {}, None, {})
    words = "More seeds may settle it: --set final.most_seeds=12 adds some, without a new search"
    assert more_seeds(records) == (words if advised else "")


@pytest.fixture
def checkout(finished: FinishedStudy, tmp_path: Path) -> Path:
    """A copy of the finished study's checkout, once its database knows where it is."""
    root = tmp_path / "checkout"
    shutil.copytree(finished.paths.root, root)
    assert relocate(Paths(root, root / "data"))
    return root


def test_a_finished_study_that_cannot_be_written_to_is_shown(checkout: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (checkout / "runs").rglob("*")}
    shown = ganbench_read_only(checkout, "run", "--study", "tiny", "--device", "cpu")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "wgan" in shown.stdout
    assert "cannot be written to: nothing was trained or written; ganbench report --output FOLDER" in shown.stdout
    assert {path: path.stat().st_mtime_ns for path in (checkout / "runs").rglob("*")} == before


@pytest.mark.long
def test_of_runs_that_cannot_be_written_to_report_and_samples_go_elsewhere(checkout: Path, tmp_path: Path) -> None:
    told = ganbench_read_only(checkout, "report", "--study", "tiny", "--output", str(tmp_path / "out"))
    assert (told.returncode, told.stderr) == (0, "")
    assert (tmp_path / "out" / "index.html").is_file()
    refused = ganbench_read_only(checkout, "report", "--study", "tiny")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "cannot be written (" in refused.stderr
    words = ("sample", "wgan", "--study", "tiny", "--images", "4", "--output", str(tmp_path / "drawn.png"))
    drawn = ganbench_read_only(checkout, *words)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert (tmp_path / "drawn.png").is_file()


@pytest.mark.long
def test_a_study_that_is_not_finished_says_that_it_cannot_be_written_to(checkout: Path) -> None:
    client = MlflowClient(f"sqlite:///{checkout / 'runs' / 'mlflow.db'}")
    (experiment,) = [each for each in client.search_experiments() if each.name.startswith("tiny-")]
    parent = client.search_runs([experiment.experiment_id], "tags.kind = 'variant'")[0]
    client.update_run(parent.info.run_id, status="RUNNING")
    refused = ganbench_read_only(checkout, "run", "--study", "tiny", "--device", "cpu")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        f"ganbench: {checkout / 'runs'}: cannot be written to, and study {experiment.name}"
    )
    assert refused.stderr.count("\n") == 1
