from pathlib import Path

import pytest
from mlflow import MlflowClient

from benchmark.json_records import to_json
from benchmark.paths import Paths
from benchmark.records import TAG_KIND, Protocol
from benchmark.spec import Spec
from benchmark.tracking import Tracker
from benchmark.tracking.findings import FINDINGS, Findings, VariantFindings
from benchmark.tracking.notes import NOTE
from benchmark.tracking.report_run import log_report
from reports.records.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "written"
    made.mkdir()
    (made / "index.html").write_text("<p>first</p>")
    (made / "runs.csv").write_text("variant\n")
    return made


@pytest.fixture
def started(spec: Spec, paths: Paths, protocol: Protocol, tmp_path: Path) -> Tracker:
    tracker = Tracker(spec, paths, None, pytest.fail)
    tracker.start_study(protocol, {}, tmp_path / "none.png")
    tracker.on_variant_start("dcgan", {"loss": "hinge"})
    return tracker


def reports_of(client: MlflowClient, spec: Spec) -> list:
    experiment = client.get_experiment_by_name(spec.study_id)
    assert experiment is not None
    return client.search_runs([experiment.experiment_id], f"tags.{TAG_KIND} = 'report'")


def test_the_files_are_the_artifacts_of_one_run(
    started: Tracker, folder: Path, spec: Spec, paths: Paths, client: MlflowClient
) -> None:
    log_report(folder, spec, paths, None, pytest.fail)
    (folder / "index.html").write_text("<p>second</p>")
    log_report(folder, spec, paths, None, pytest.fail)
    (run,) = reports_of(client, spec)
    assert (run.info.run_name, run.info.status) == ("report", "FINISHED")
    assert {file.path for file in client.list_artifacts(run.info.run_id)} == {"index.html", "runs.csv"}
    page = client.download_artifacts(run.info.run_id, "index.html", str(folder.parent))
    assert Path(page).read_text() == "<p>second</p>"


def test_experiment_and_parents_link_it_and_a_later_start_keeps_the_link(
    started: Tracker, folder: Path, spec: Spec, paths: Paths, client: MlflowClient, protocol: Protocol
) -> None:
    log_report(folder, spec, paths, None, pytest.fail)
    (run,) = reports_of(client, spec)
    place = f"#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}/artifacts/index.html"
    link = f"({place}?workflowType=machine_learning)"
    again = Tracker(spec, paths, None, pytest.fail)
    again.start_study(protocol, {}, folder / "none.png")
    again.on_variant_start("dcgan", {"loss": "hinge"})
    experiment = client.get_experiment_by_name(spec.study_id)
    (parent,) = client.search_runs([run.info.experiment_id], f"tags.{TAG_KIND} = 'variant'")
    for note in (experiment.tags[NOTE], parent.data.tags[NOTE]):
        assert note.count("Open the report") == 1
        assert link in note


FOUND = Findings(
    "Use dcgan: it alone is left",
    ("This answers for digits.", "dcgan: FID 4."),
    0.95,
    {"dcgan": VariantFindings("contender", "Contender: FID 4.", 8, {"fid": (3.0, 5.5), "kid": (-0.25, 0.5)})},
)


def test_what_it_found_stands_above_the_runs_and_on_each_variant_once(
    started: Tracker, folder: Path, spec: Spec, paths: Paths, client: MlflowClient
) -> None:
    for _ in range(2):
        (folder / FINDINGS).write_text(to_json(FOUND), encoding="utf-8")
        log_report(folder, spec, paths, None, pytest.fail)
    experiment = client.get_experiment_by_name(spec.study_id)
    answer, *details = experiment.tags[NOTE].partition("\n\n---\n\n")[0].split("\n\n")
    assert answer.startswith("**[Open the report](")
    assert answer.endswith(")**: Use dcgan: it alone is left.")
    assert details == list(FOUND.details)
    (parent,) = client.search_runs([experiment.experiment_id], f"tags.{TAG_KIND} = 'variant'")
    assert ")**: Contender: FID 4.\n\n---\n\n" in parent.data.tags[NOTE]
    assert parent.data.metrics == {
        **{"test_low/fid": 3.0, "test_high/fid": 5.5, "test_low/kid": -0.25, "test_high/kid": 0.5}
    }
    assert len(client.get_metric_history(parent.info.run_id, "test_low/fid")) == 1


def test_it_says_who_wrote_it_with_what(
    started: Tracker, folder: Path, spec: Spec, paths: Paths, client: MlflowClient
) -> None:
    log_report(folder, spec, paths, None, pytest.fail)
    (run,) = reports_of(client, spec)
    assert run.data.tags["mlflow.source.name"] == "ganbench"


def test_the_report_takes_it_for_no_trial(started: Tracker, folder: Path, spec: Spec, paths: Paths) -> None:
    log_report(folder, spec, paths, None, pytest.fail)
    stored = Store(f"sqlite:///{paths.runs / 'mlflow.db'}").study(spec.study_id)
    assert (stored.runs, list(stored.variants)) == ([], ["dcgan"])
    assert stored.finished is False


def test_without_a_server_it_says_so_and_goes_on(
    folder: Path, spec: Spec, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    lines: list[str] = []
    log_report(folder, spec, paths, "http://127.0.0.1:9", lines.append)
    assert len(lines) == 1
    assert lines[0].startswith("MLflow does not answer")
