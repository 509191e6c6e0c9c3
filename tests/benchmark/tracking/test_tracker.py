import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from PIL import Image

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import Protocol, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking import Tracker
from benchmark.tracking.runs import is_delivered

BASELINE = {"test": {"floor": {"fid": 13.0}, "noise": {"fid": 1316.0}}}
DESCRIPTION = {"architecture": "dcgan", "loss": "non-saturating", "reference": "arXiv:1511.06434"}


@pytest.fixture
def folder(paths: Paths, record: TrialRecord) -> Path:
    found = paths.work("tiny") / record.config.label
    for shade, rung in enumerate(record.rungs):
        (found / rung.samples).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (16, 16), 100 + shade).save(found / rung.samples)
    (found / "generator.safetensors").write_bytes(b"weights")
    record.write(found)
    return found


@pytest.fixture
def start(spec: Spec, paths: Paths, protocol: Protocol) -> Callable[..., tuple[Tracker, list[str]]]:
    def build(uri: str | None = None) -> tuple[Tracker, list[str]]:
        real_grid = paths.root / "real.png"
        Image.new("L", (16, 16), 7).save(real_grid)
        said: list[str] = []
        tracker = Tracker(spec, paths, uri, said.append)
        tracker.start_study(protocol, BASELINE, real_grid)
        tracker.on_variant_start("dcgan", DESCRIPTION)
        return tracker, said

    return build


def child_runs(client: MlflowClient, spec: Spec, kind: str = "trial") -> list[Run]:
    experiment = client.get_experiment_by_name(spec.study_id)
    return list(client.search_runs([experiment.experiment_id], f"tags.kind = '{kind}'"))


def history(client: MlflowClient, run: Run, name: str) -> list[tuple[int, float]]:
    points = client.get_metric_history(run.info.run_id, name)
    return sorted((point.step, point.value) for point in points)


def artifacts(client: MlflowClient, run: Run, path: str = "") -> set[str]:
    return {file.path for file in client.list_artifacts(run.info.run_id, path)}


def read(client: MlflowClient, run: Run, path: str, folder: Path) -> bytes:
    return Path(client.download_artifacts(run.info.run_id, path, str(folder))).read_bytes()


def test_a_run_is_read_back_whole(start, client, spec, record, folder, tmp_path):
    tracker, said = start()
    tracker.on_run_start(record.config, record.protocol)
    tracker.on_rung_end(record.config, record.rungs[0], {"loss_generator": ((5, 0.75), (10, 0.5))}, folder)
    tracker.on_run_end(record, folder)
    (run,) = child_runs(client, spec)
    (parent,) = child_runs(client, spec, "variant")

    assert said == []
    assert run.info.run_name == "dcgan-trial-0003"
    assert run.info.status == "FINISHED"
    assert run.data.params == {
        **{"variant": "dcgan", "kind": "trial", "number": "3", "seed": "77", "n_critic": "5"},
        **{"lr_generator": "0.0002", "lr_discriminator": "1.25e-05", "beta1": "0.5", "beta2": "0.999"},
        **{"architecture": "dcgan", "loss": "non-saturating", "reference": "arXiv:1511.06434"},
        **{"dataset": "digits", "batch_size": "64", "steps": "1000", "extractor": "digits-cnn"},
    }
    assert run.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert run.data.tags["state"] == "complete"
    assert json.loads(run.data.tags["protocol"]) == asdict(record.protocol)
    assert history(client, run, "eval_validation/fid") == [(10, 80.0), (20, 40.0)]
    assert history(client, run, "train/loss_generator") == [(5, 0.75), (10, 0.5), (20, 0.25)]
    assert history(client, run, "validation/fid") == [(0, 40.0)]
    assert history(client, run, "resources/train_seconds") == [(0, 1.5)]
    assert artifacts(client, run) >= {
        "spec.json",
        "environment.json",
        "record.json",
        "generator.safetensors",
        "samples",
    }
    assert artifacts(client, run, "samples") == {"samples/step-000010.png", "samples/step-000020.png"}
    assert json.loads(read(client, run, "spec.json", tmp_path)) == spec.model_dump(mode="json")
    assert json.loads(read(client, run, "environment.json", tmp_path)) == {"torch": "2.15"}
    assert read(client, run, "generator.safetensors", tmp_path) == b"weights"
    stored = TrialRecord.from_json(read(client, run, "record.json", tmp_path).decode())
    assert (stored.config, stored.rungs) == (record.config, record.rungs)
    grid = client.download_artifacts(run.info.run_id, "samples/step-000020.png", str(tmp_path))
    assert Image.open(grid).getpixel((3, 3)) == 101


def test_the_whole_study_repeated_writes_nothing_twice(start, client, spec, record, folder):
    final = replace(record, config=replace(record.config, kind="final", number=0))
    before: list[dict[str, list[tuple[int, float]]]] = []
    for _ in range(2):
        tracker, said = start()
        for one in (record, final):
            tracker.on_run_start(one.config, one.protocol)
            for rung in one.rungs:
                tracker.on_rung_end(one.config, rung, one.curves, folder)
            tracker.on_run_end(one, folder)
        tracker.on_variant_end("dcgan", record, [final])
        tracker.sync([folder])
        tracker.on_study_end()
        runs = [run for kind in ("trial", "final", "variant") for run in child_runs(client, spec, kind)]
        assert said == []
        assert len(runs) == 3
        before.append({f"{r.info.run_id} {name}": history(client, r, name) for r in runs for name in r.data.metrics})
    assert before[0] == before[1]
    assert len(artifacts(client, runs[0], "images")) == 4


@pytest.mark.parametrize("left", ["RUNNING", "KILLED"])
def test_a_run_that_a_crash_left_is_opened_again(left, start, client, spec, record, folder):
    crashed, _ = start()
    crashed.on_run_start(record.config, record.protocol)
    crashed.on_rung_end(record.config, record.rungs[0], {"loss_generator": ((5, 0.75),)}, folder)
    (run,) = child_runs(client, spec)
    if left == "KILLED":
        client.set_terminated(run.info.run_id, "KILLED")

    tracker, _ = start()
    tracker.on_run_start(record.config, record.protocol)
    assert [(r.info.run_id, r.info.status) for r in child_runs(client, spec)] == [(run.info.run_id, "RUNNING")]
    tracker.on_rung_end(record.config, record.rungs[0], {"loss_generator": ((5, 0.75), (10, 0.5))}, folder)
    tracker.on_run_end(record, folder)
    (ended,) = child_runs(client, spec)
    assert (ended.info.run_id, ended.info.status) == (run.info.run_id, "FINISHED")
    assert history(client, ended, "eval_validation/fid") == [(10, 80.0), (20, 40.0)]
    assert history(client, ended, "train/loss_generator") == [(5, 0.75), (10, 0.5), (20, 0.25)]


ENDINGS = [("pruned", "FINISHED"), ("diverged", "KILLED"), ("failed", "FAILED"), ("interrupted", "KILLED")]


@pytest.mark.parametrize(("state", "status"), ENDINGS)
def test_only_complete_runs_have_final_scores(state, status, start, client, spec, record, folder):
    tracker, _ = start()
    tracker.on_run_start(record.config, record.protocol)
    tracker.on_run_end(replace(record, state=state, message="why"), folder)
    (run,) = child_runs(client, spec)
    assert (run.info.status, run.data.tags["state"], run.data.tags["message"]) == (status, state, "why")
    assert not [name for name in run.data.metrics if name.startswith("validation/")]


def test_a_run_made_again_takes_the_place_of_the_one_that_was_interrupted(start, client, spec, record, folder):
    tracker, _ = start()
    tracker.on_run_start(record.config, record.protocol)
    tracker.on_run_end(TrialRecord(record.config, "interrupted", record.protocol, message="no room"), folder)
    (before,) = child_runs(client, spec)
    assert not is_delivered(before)
    again, _ = start()
    again.on_run_start(record.config, record.protocol)
    again.on_run_end(record, folder)
    (run,) = child_runs(client, spec)
    assert run.info.run_id == before.info.run_id
    assert (run.info.status, run.data.tags["state"], run.data.tags["message"]) == ("FINISHED", record.state, "")
    assert history(client, run, "eval_validation/fid") == [(10, 80.0), (20, 40.0)]
    assert is_delivered(run)


def test_the_parent_summarises_its_final_runs(start, client, spec, record, folder):
    tracker, _ = start()
    finals = [
        replace(
            record,
            config=TrialConfig("dcgan", "final", number, number, record.config.hyperparameters),
            rungs=(replace(record.rungs[1], scores={"fid": fid, "recall": 0.5}),),
        )
        for number, fid in enumerate((40.0, 42.0, 47.0))
    ]
    pruned = replace(record, state="pruned", config=replace(record.config, number=4))
    for one in (record, pruned, *finals):
        tracker.on_run_start(one.config, one.protocol)
        tracker.on_run_end(one, folder)
    tracker.on_variant_end("dcgan", record, finals)
    (parent,) = child_runs(client, spec, "variant")

    assert (parent.info.status, parent.info.run_name) == ("FINISHED", "dcgan")
    assert parent.data.metrics["test/fid"] == 43.0
    # ((-3)^2 + (-1)^2 + 4^2) / 2 = 13
    assert parent.data.metrics["test_std/fid"] == pytest.approx(13**0.5)
    assert parent.data.metrics["test_std/recall"] == 0.0
    assert (parent.data.metrics["trials/complete"], parent.data.metrics["trials/pruned"]) == (1.0, 1.0)
    assert parent.data.params.items() >= {**DESCRIPTION, "lr_generator": "0.0002", "variant": "dcgan"}.items()
    assert parent.data.tags["best_trial"] == "dcgan-trial-0003"
    assert "arXiv:1511.06434" in parent.data.tags["mlflow.note.content"]
    assert artifacts(client, parent, "samples") == {"samples/real.png"}
    assert len(artifacts(client, parent, "images")) == 2


def test_a_variant_without_a_complete_trial_still_ends(start, client, spec):
    tracker, said = start()
    tracker.on_variant_end("dcgan", None, [])
    (parent,) = child_runs(client, spec, "variant")
    assert (said, parent.info.status, parent.data.metrics) == ([], "FINISHED", {})


def test_an_absent_server_is_said_once_and_its_records_follow(start, client, spec, record, folder, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    away, said = start(f"http://127.0.0.1:{port}")
    away.on_run_start(record.config, record.protocol)
    away.on_rung_end(record.config, record.rungs[0], record.curves, folder)
    away.on_run_end(record, folder)
    away.on_variant_end("dcgan", record, [])
    away.sync([folder])
    assert len(said) == 1
    assert "does not answer" in said[0]
    assert "\n" not in said[0]

    tracker, said = start()
    tracker.sync([folder, folder.parent / "unfinished"])
    (run,) = child_runs(client, spec)
    assert (said, run.info.status, history(client, run, "eval_validation/fid")) == (
        [],
        "FINISHED",
        [(10, 80.0), (20, 40.0)],
    )
    end = run.info.end_time
    tracker.sync([folder])
    assert child_runs(client, spec)[0].info.end_time == end


def test_what_was_kept_is_sent_when_the_store_is_back(start, client, spec, paths, record, folder):
    blocked = paths.runs / "blocked"
    blocked.touch()  # where the database's folder would be
    database = blocked / "mlflow.db"
    tracker, said = start(f"sqlite:///{database}")
    tracker.on_run_start(record.config, record.protocol)
    tracker.on_run_end(record, folder)
    assert len(said) == 1
    blocked.unlink()
    blocked.mkdir()
    shutil.copy(paths.runs / "mlflow.db", database)
    tracker.on_study_end()
    assert said[1:] == ["MLflow is back: what was kept is being sent"]
    assert [r.info.status for r in child_runs(MlflowClient(f"sqlite:///{database}"), spec)] == ["FINISHED"]


def test_programming_errors_are_raised(start, record, folder):
    tracker, _ = start()
    with pytest.raises(KeyError):
        tracker.on_rung_end(record.config, record.rungs[0], {}, folder)


def test_a_strange_address_is_refused(spec, paths):
    with pytest.raises(UserError, match=r"'nowhere'.*sqlite"):
        Tracker(spec, paths, "nowhere", print)
