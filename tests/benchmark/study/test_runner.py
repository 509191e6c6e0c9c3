"""The parent of a study, with everything real below it: uninterrupted, and run again."""

import json
import multiprocessing
from collections import Counter
from dataclasses import asdict, replace
from math import inf
from pathlib import Path
from statistics import mean, stdev
from typing import cast

import optuna
import pandas as pd
import pytest
from tiny_study import FinishedStudy, RecordingObserver

from benchmark.study.launch import Resources, resolve_variants, run_study
from benchmark.study.runner import VariantStudy
from benchmark.study.search import Search
from benchmark.study.storage import open_storage
from ganzoo.registry import VARIANTS
from reports.output.write import write_report
from reports.records.load import load


def test_every_run_leaves_a_record(finished: FinishedStudy) -> None:
    for variant in finished.sound:
        trials, finals = finished.records(variant, "trial"), finished.records(variant, "final")
        assert [record.config.number for record in trials] == [0, 1, 2, 3]
        assert [record.config.number for record in finals] == [0, 1]
        assert {record.state for record in trials} <= {"complete", "pruned"}
        # Two trials have to be complete before any is pruned, and a cohort has two.
        assert [record.state for record in trials[:2]] == ["complete", "complete"]
        assert {record.state for record in finals} == {"complete"}
        assert {record.protocol.split for record in trials} == {"validation"}
        assert {record.protocol.split for record in finals} == {"test"}
        assert len({record.config.seed for record in (*trials, *finals)}) == 6


def test_final_runs_have_the_hyperparameters_of_the_best_trial(finished: FinishedStudy) -> None:
    for variant in finished.sound:
        complete = [record for record in finished.records(variant, "trial") if record.state == "complete"]
        best = min(complete, key=lambda record: record.final_scores["fid"])
        for final in finished.records(variant, "final"):
            assert final.config.hyperparameters == best.config.hyperparameters


def test_pruned_trials_were_worse_than_the_median_of_the_first_cohort(finished: FinishedStudy) -> None:
    for variant in finished.sound:
        trials = finished.records(variant, "trial")
        at_rung = [record.rungs[0].scores["fid"] for record in trials]
        median = (at_rung[0] + at_rung[1]) / 2
        assert ["pruned" if fid > median else "complete" for fid in at_rung[2:]] == [r.state for r in trials[2:]]
        assert [len(record.rungs) for record in trials] == [2 if r.state == "complete" else 1 for r in trials]


def test_optuna_holds_what_the_records_say(finished: FinishedStudy) -> None:
    states = {"complete": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL"}
    storage = open_storage(finished.paths.journal, None)
    for variant in (*finished.sound, finished.failing):
        study = optuna.load_study(study_name=f"{finished.spec.study_id}/{variant}", storage=storage)
        for trial, record in zip(study.trials, finished.records(variant, "trial"), strict=True):
            assert trial.state.name == states[record.state]
            assert trial.params.items() <= record.config.hyperparameters.items()
            if record.state == "complete":
                assert trial.value == record.final_scores["fid"]
                assert trial.intermediate_values == {rung.step: rung.scores["fid"] for rung in record.rungs}


def test_a_failed_variant_does_not_stop_the_others(finished: FinishedStudy) -> None:
    failed = finished.records(finished.failing, "trial")
    assert [record.state for record in failed] == ["failed"] * 4
    assert {record.message for record in failed} == {"TypeError: a bug in somebody's loss"}
    assert finished.records(finished.failing, "final") == []
    assert sum("hinge-trial-0000 failed" in line for line in finished.observer.lines) == 1
    best = finished.mlflow_runs()["hinge"]
    assert best.info.status == "FINISHED"
    assert best.data.metrics == {"trials/failed": 4.0}


def test_a_person_is_told_of_every_run_once(finished: FinishedStudy) -> None:
    labels = sorted(folder.parent.name for folder in finished.work.glob("*/record.json"))
    observer = finished.observer
    assert observer.variants == [*finished.sound, finished.failing]
    assert sorted(observer.begun) == labels
    assert sorted(record.config.label for record in observer.records) == labels
    measured = [(r.config.label, rung.step) for r in observer.records for rung in r.rungs]
    assert sorted(observer.rungs) == sorted(measured)


def test_mlflow_holds_what_the_records_say(finished: FinishedStudy) -> None:
    runs = finished.mlflow_runs()
    # A parent a variant, four trials each, and two final runs of those that have a best trial.
    assert len(runs) == 3 + 3 * 4 + 2 * 2
    for record in finished.observer.records:
        data = runs[record.config.label].data
        prefix = f"{record.protocol.split}/"
        scores = {name.removeprefix(prefix): v for name, v in data.metrics.items() if name.startswith(prefix)}
        assert scores == pytest.approx(record.final_scores)
        assert data.tags["state"] == record.state
        assert json.loads(data.tags["protocol"]) == asdict(record.protocol)
        for name, value in record.config.hyperparameters.items():
            assert float(data.params[name]) == value


def test_parents_hold_the_mean_of_the_final_runs(finished: FinishedStudy) -> None:
    runs = finished.mlflow_runs()
    for variant in finished.sound:
        fids = [record.final_scores["fid"] for record in finished.records(variant, "final")]
        assert runs[variant].data.metrics["test/fid"] == pytest.approx(mean(fids))
        assert runs[variant].data.metrics["test_std/fid"] == pytest.approx(stdev(fids))
        parts = VARIANTS[variant].parts
        assert parts.items() <= runs[variant].data.params.items()
        assert parts["loss"] == VARIANTS[variant].loss.name
        assert parts["paper_batch_size"] == str(VARIANTS[variant].batch_size)


def test_the_report_ranks_by_the_final_runs(finished: FinishedStudy, tmp_path: Path) -> None:
    board = write_report(load(finished.spec.study_id, finished.uri), tmp_path).board
    means = {name: mean(r.final_scores["fid"] for r in finished.records(name, "final")) for name in finished.sound}
    assert list(board["variant"]) == [*sorted(means, key=lambda name: means[name]), finished.failing]
    assert board["fid_mean"].tolist()[:2] == pytest.approx(sorted(means.values()))
    assert board["failed"].tolist() == [0, 0, 4]
    runs = pd.read_csv(tmp_path / "runs.csv")
    finals = runs[runs["kind"] == "final"].sort_values(["variant", "number"])
    expected = [r.final_scores["fid"] for name in sorted(means) for r in finished.records(name, "final")]
    assert finals["fid"].tolist() == pytest.approx(expected)
    assert finished.spec.study_id in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_finished_study_trains_nothing(finished: FinishedStudy, observer: RecordingObserver) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.work.rglob("*") if path.is_file()}
    runs = {name: run.info.end_time for name, run in finished.mlflow_runs().items()}
    variants = resolve_variants([*finished.sound, finished.failing], finished.spec)
    run_study(finished.spec, variants, finished.paths, Resources(workers=2, device="cpu"), [observer])
    assert (observer.begun, observer.rungs, observer.lines) == ([], [], [])
    assert multiprocessing.active_children() == []
    after = {path: path.stat().st_mtime_ns for path in finished.work.rglob("*") if path.is_file()}
    changed = {path.name for path, written in after.items() if before.get(path) != written}
    assert changed <= {"lock", "holder", "study.json"}
    assert {name: run.info.end_time for name, run in finished.mlflow_runs().items()} == runs
    # Those of earlier sittings are counted again, each once.
    assert Counter(r.config.label for r in observer.records) == Counter(
        r.config.label for r in finished.observer.records
    )


def test_seconds_left_by_hand(finished: FinishedStudy, tmp_path: Path) -> None:
    """Runs of 3 and 5 seconds: six more will take 24. A run that is heard of twice counts once."""
    study = VariantStudy(VARIANTS["gan-shallow"], cast(Search, None), tmp_path, finished.spec.final)
    assert study.seconds_left(8) == inf
    first, second = (finished.record(f"gan-shallow-trial-{number:04d}") for number in (0, 1))
    study.note(replace(first, costs={"train_seconds": 2.0, "score_seconds": 1.0, "images_seen": 900.0}))
    assert study.seconds_left(8) == 3.0 * 7
    for _ in range(2):
        study.note(replace(second, costs={"train_seconds": 5.0}))
    assert study.seconds_left(8) == 4.0 * 6
    assert study.seconds_left(2) == 0.0
