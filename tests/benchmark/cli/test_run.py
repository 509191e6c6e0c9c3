"""`ganbench run`: how it ends."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pandas as pd
import pytest
import typer
from filelock import FileLock
from tiny_study import FinishedStudy

from benchmark.artifacts.sources import sources_of
from benchmark.cli.run import edited_since, end_if_failed, left_over, without_results
from benchmark.paths import Paths
from benchmark.records import Protocol, TrialConfig, TrialRecord
from benchmark.spec import Spec
from ganzoo.registry import VARIANTS

Command = Callable[..., tuple[int, str, str]]
FAILED = (
    "ganbench: variant hinge has no result: 4 of its 4 runs failed, as by TypeError: a bug in somebody's loss; "
    "mend that, and --set name=NAME begins a study without them\n"
)


def test_ctrl_c_ends_with_130_and_one_line(ganbench: Command, studies: Path) -> None:
    work = studies.parent / "runs" / "work"

    def interrupt() -> None:
        while not list(work.glob("*/holder")):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    code, _, err = ganbench("run", "--study", "tiny", "--device", "cpu")
    thread.join()
    assert (code, err) == (130, "ganbench: interrupted; the same command continues\n")
    with FileLock(next(work.glob("*/lock")), blocking=False) as lock:
        assert lock.is_locked


@pytest.mark.parametrize("asked", ["--system-metrics", "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"])
def test_system_metrics_at_no_interval_are_refused_before_anything_is_measured(
    asked: str, ganbench: Command, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "often")
    words = ["run", "--study", "tiny", "--device", "cpu"]
    if asked.startswith("--"):
        words.append(asked)
    else:
        monkeypatch.setenv(asked, "true")
    code, _, err = ganbench(*words)
    assert (code, err.count("\n")) == (2, 1)
    assert "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL 'often': must be a number of seconds" in err
    assert not (studies.parent / "runs" / "work").exists()


@pytest.mark.parametrize("variant", ["", " , "])
def test_an_empty_choice_of_variants_does_not_train_the_zoo(variant: str, ganbench: Command, studies: Path) -> None:
    for command in ("run", "report"):
        code, out, err = ganbench(command, "--study", "tiny", "--variant", variant)
        told = f"ganbench: --variant: {variant!r} names nothing; give names, as in 'wgan,dcgan', or leave it out\n"
        assert (code, out, err) == (2, "", told)
    assert not (studies.parent / "runs" / "work").exists()


@pytest.mark.parametrize(
    ("dataset", "told"),
    [
        ("folder:nope", "nope: no such folder"),
        ("studies", "dataset 'studies': no data set of that name; the folder is written folder:studies"),
        (
            "folder:studies",
            "dataset 'folder:studies': its pictures have no side of their own; give --set resolution=32",
        ),
    ],
)
def test_what_a_folder_lacks_is_told_from_the_first_on(
    dataset: str, told: str, ganbench: Command, studies: Path
) -> None:
    code, _, err = ganbench("run", "--study", "tiny", "--set", f"dataset={dataset}", "--device", "cpu")
    assert code == 2
    assert err.startswith(f"ganbench: {told}")
    assert len(err.splitlines()) == 1


def test_a_finished_study_ends_with_its_table_and_report(ganbench: Command, finished: FinishedStudy) -> None:
    names = ",".join((*finished.sound, finished.failing))
    code, out, err = ganbench(
        "run", "--study", "tiny", "--variant", names, "--device", "cpu", where=finished.paths.root
    )
    assert (code, err) == (1, FAILED)  # of the one whose loss has a bug
    means = {name: mean(r.final_scores["fid"] for r in finished.records(name, "final")) for name in finished.sound}
    best, other = sorted(means, key=lambda name: means[name])
    rows = {words[1]: words for line in out.splitlines() if len(words := line.split()) > 2}
    assert rows[best][0] == "contender"
    assert rows[other][0] in ("contender", "out")
    assert float(rows[best][2]) == pytest.approx(means[best], rel=0.01)
    page = finished.paths.report(finished.spec.study_id) / "index.html"
    assert f"Report: {page}" in out
    assert page.is_file()
    assert out.splitlines()[-2:] == [
        f"Again, or on with it: ganbench run --study tiny --variant {names}",
        "Compare: ganbench ui --study tiny",
    ]


def test_for_programs_the_closing_table_is_one_document(ganbench: Command, finished: FinishedStudy) -> None:
    names = ",".join((*finished.sound, finished.failing))
    words = ("run", "--study", "tiny", "--variant", names, "--device", "cpu", "--json")
    code, out, err = ganbench(*words, where=finished.paths.root)
    assert code == 1
    told = json.loads(out)
    assert told["study"] == finished.spec.study_id
    assert told["page"] == str(finished.paths.report(finished.spec.study_id) / "index.html")
    means = {name: mean(r.final_scores["fid"] for r in finished.records(name, "final")) for name in finished.sound}
    rows = {row["variant"]: row for row in told["variants"]}
    assert {name: rows[name]["fid_mean"] for name in means} == {name: pytest.approx(means[name]) for name in means}
    assert rows[finished.failing]["fid_mean"] is None
    assert told["answer"] in err
    assert "Compare: " in err
    assert err.endswith(FAILED)


def test_quiet_leaves_the_table_and_the_answer(ganbench: Command, finished: FinishedStudy) -> None:
    names = ",".join((*finished.sound, finished.failing))
    words = ("run", "--study", "tiny", "--variant", names, "--device", "cpu")
    _, loud, _ = ganbench(*words, where=finished.paths.root)
    code, out, err = ganbench(*words, "--quiet", where=finished.paths.root)
    assert (code, err) == (1, FAILED)
    assert [line for line in loud.splitlines() if line not in out.splitlines()]
    assert "Report: " in out
    assert "Compare: " not in out


def test_a_study_that_is_not_over_says_which_runs_are_to_be_made_again(finished: FinishedStudy) -> None:
    whole = finished.observer.records[0]
    interrupted = [
        replace(
            whole, config=replace(whole.config, number=number), state="interrupted", message=f"no room for {number}"
        )
        for number in range(5)
    ]
    name = whole.config.variant
    labels = ", ".join(f"{name}-{whole.config.kind}-000{number}" for number in range(3))
    assert left_over("tiny-1", interrupted) == (
        f"study tiny-1 is not over: {labels} and 2 more interrupted: no room for 4; "
        "the same command makes them again, and --variant leaves variants out"
    )
    assert " and " not in left_over("tiny-1", interrupted[:1]).partition(";")[0]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["complete", "complete"], []),
        (["failed", "complete"], []),  # there is a result, and the table says the rest
        (["diverged", "diverged"], []),  # which says something of the method
        (["interrupted", "interrupted"], []),  # told otherwise: they are made again
        (["failed", "failed"], ["variant a has no result: 2 of its 2 runs failed, as by why 1"]),
        (["failed", "diverged"], ["variant a has no result: 1 of its 2 runs failed, as by why 0"]),
        (["pruned", "failed"], ["variant a has no result: 1 of its 2 runs failed, as by why 1"]),
    ],
)
def test_variants_without_a_result_because_of_an_error(states: list[str], told: list[str]) -> None:
    rows = [{"variant": "a", "state": state, "message": f"why {number}"} for number, state in enumerate(states)]
    runs = pd.DataFrame([*rows, {"variant": "b", "state": "complete", "message": ""}])
    assert [line.partition(";")[0] for line in without_results(runs)] == told
    if told:
        with pytest.raises(typer.Exit) as ended:
            end_if_failed(runs, ["a", "b"])
        assert ended.value.exit_code == 1
    else:
        end_if_failed(runs, ["a", "b"])
    end_if_failed(runs, ["b"])  # of which alone it was asked


def test_a_failure_of_before_an_edit_is_said_to_be_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two variants that failed, a file of the one was edited since."""
    spec, paths = Spec(name="s", dataset="digits"), Paths(tmp_path, tmp_path / "data")
    protocol = Protocol("digits", 8, "test", 1, 1, "pixels", "", "running", "0.4")
    names = ("gan-mlp", "gan-shallow")
    for name in names:
        now = sources_of(VARIANTS[name], spec)
        was = now | {"ganzoo/architectures/mlp.py": "0" * 16} if name == "gan-mlp" else now
        config = TrialConfig(name, "trial", 0, 0, {})
        folder = paths.work(spec.study_id) / config.label
        folder.mkdir(parents=True)
        TrialRecord(config, "failed", protocol, message="NameError", sources=was).write(folder)
    edited = edited_since((*names, "wgan"), spec, paths)
    assert edited == {"gan-mlp": "ganzoo/architectures/mlp.py"}
    runs = pd.DataFrame([{"variant": name, "state": "failed", "message": "NameError: x (line 16)"} for name in names])
    with pytest.raises(typer.Exit):
        end_if_failed(runs, names, lambda: edited)
    assert capsys.readouterr().err.splitlines() == [
        "ganbench: variant gan-mlp has no result: 1 of its 1 run failed, as by NameError: x (line 16), of an older "
        "version of ganzoo/architectures/mlp.py; --set name=NAME begins a study with what is there now",
        "ganbench: variant gan-shallow has no result: 1 of its 1 run failed, as by NameError: x (line 16); mend that, "
        "and --set name=NAME begins a study without them",
    ]


def test_passwords_in_what_failed_runs_say_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"variant": "a", "state": "failed", "message": "no answer from https://me:secret@host"}
    with pytest.raises(typer.Exit):
        end_if_failed(pd.DataFrame([row]), ["a"])
    assert "https://***@host" in capsys.readouterr().err
