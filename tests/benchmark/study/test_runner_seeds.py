"""A finished study that is asked for more final seeds, and then for fewer."""

from pathlib import Path
from statistics import mean

import pytest
from mlflow import MlflowClient
from pools import ThreadPool
from tiny_study import RecordingObserver, write_tiny

from benchmark.paths import Paths
from benchmark.spec import Spec, load_spec
from benchmark.study.preparation import prepare
from benchmark.study.runner import Study, StudySettings
from benchmark.tracking import Tracker
from ganzoo.registry import VARIANTS
from reports.records.load import StudyRecords, load


@pytest.fixture(scope="module")
def sittings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Spec, str, list[list[str]], list[StudyRecords]]:
    """Two, three and again two final seeds: what each sitting trained, and the records afterwards."""
    root = tmp_path_factory.mktemp("seeds")
    file, paths = write_tiny(root), Paths(root, root / "data")
    uri = f"sqlite:///{paths.runs / 'mlflow.db'}"
    begun, found = [], []
    for seeds in (2, 3, 2):
        settings = (f"final.seeds={seeds}", f"final.most_seeds={seeds}", "budget.trials=2", 'variants=["gan-shallow"]')
        spec = load_spec(str(file), Path(), settings)
        observer = RecordingObserver()
        tracker = Tracker(spec, paths, uri, observer.on_notice)
        study = StudySettings(spec, paths, "cpu", None)
        Study(study, [VARIANTS["gan-shallow"]], ThreadPool(), [tracker, observer]).run(prepare(spec, paths, "cpu"))
        begun.append(observer.begun)
        found.append(load(spec.study_id, uri))
    return spec, uri, begun, found


def test_more_seeds_are_added_and_nothing_is_trained_twice(sittings) -> None:
    _, _, begun, _ = sittings
    finals = [f"gan-shallow-final-{number:04d}" for number in range(3)]
    assert sorted(begun[0]) == [*finals[:2], "gan-shallow-trial-0000", "gan-shallow-trial-0001"]
    assert begun[1:] == [finals[2:], []]


def test_fewer_seeds_throw_none_away(sittings) -> None:
    spec, uri, _, found = sittings
    finals = [records.runs[records.runs["kind"] == "final"]["fid"].tolist() for records in found]
    assert [len(each) for each in finals] == [2, 3, 3]
    assert finals[1][:2] == finals[0]
    assert finals[2] == finals[1]
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name(spec.study_id)
    assert experiment is not None
    (parent,) = client.search_runs([experiment.experiment_id], "tags.kind = 'variant'")
    assert parent.data.metrics["test/fid"] == pytest.approx(mean(finals[2]))
    assert parent.info.status == "FINISHED"
