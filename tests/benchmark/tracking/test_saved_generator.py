"""The generator of a finished run, asked for by any of its names."""

import shutil
from pathlib import Path

import pytest
import torch
from mlflow import MlflowClient
from safetensors.torch import load_file
from tiny_study import FinishedStudy

from benchmark.artifacts.weights import SavedGenerator
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import GENERATOR_FILE
from benchmark.tracking.saved_generator import elsewhere, find_generator


def same(one: SavedGenerator, path: Path) -> bool:
    expected, weights = load_file(path), one.module.state_dict()
    return expected.keys() == weights.keys() and all(torch.equal(v, weights[name]) for name, v in expected.items())


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("wgan", "wgan-final-0000"),
        ("gan-shallow", "gan-shallow-final-0000"),
        ("wgan-final-0001", "wgan-final-0001"),
        ("gan-shallow-trial-0001", "gan-shallow-trial-0001"),
    ],
)
def test_a_run_is_found_by_its_variant_and_by_its_label(asked: str, label: str, finished: FinishedStudy) -> None:
    found = find_generator(asked, finished.spec, finished.paths, finished.uri)
    assert same(found, finished.work / label / GENERATOR_FILE)
    assert found.variant.name == finished.record(label).config.variant


def test_a_run_is_found_by_its_id_and_by_its_file(finished: FinishedStudy) -> None:
    client = MlflowClient(tracking_uri=finished.uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    (run,) = client.search_runs([experiment.experiment_id], "attributes.run_name = 'wgan-final-0001'")
    path = finished.work / "wgan-final-0001" / GENERATOR_FILE
    for name in (run.info.run_id, str(path)):
        assert same(find_generator(name, finished.spec, finished.paths, finished.uri), path)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("wgan-final-0009", "wgan-final-0001"),
        ("hinge", ""),
        ("hinge-trial-0000", "wgan-trial-0000"),
        ("dcgan", "wgan"),
        ("", ""),
    ],
)
def test_a_run_that_did_not_finish_is_refused_with_those_that_did(
    name: str, nearest: str, finished: FinishedStudy
) -> None:
    with pytest.raises(UserError) as refused:
        find_generator(name, finished.spec, finished.paths, finished.uri)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    assert str(refused.value) == (
        f"no finished run {name!r} in study {finished.spec.study_id}; variants with a final run: gan-shallow, wgan; "
        "runs: gan-shallow-final-0000, gan-shallow-final-0001, gan-shallow-trial-0000, gan-shallow-trial-0001 ..."
        + hint
    )


def test_a_study_that_never_ran_has_none(finished: FinishedStudy) -> None:
    other = finished.spec.model_copy(update={"seed": 7})
    with pytest.raises(
        UserError, match=f"no finished run 'hinge' in study {other.study_id}; variants with a final run: none yet$"
    ):
        find_generator("hinge", other, finished.paths, finished.uri)


def test_another_study_that_has_the_run_is_named(finished: FinishedStudy) -> None:
    other, study = finished.spec.model_copy(update={"seed": 7}), finished.spec.study_id
    for name in ("wgan", "wgan-final-0001", "gan-shallow-trial-0001"):
        with pytest.raises(UserError, match=rf"none yet; {study} has it: --study {study}$"):
            find_generator(name, other, finished.paths, finished.uri)
    with pytest.raises(UserError, match=r"none yet$"):
        find_generator("hinge", other, finished.paths, finished.uri)


def test_of_several_studies_the_first_is_told_how_to_ask_for(finished: FinishedStudy, tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "data")
    for study in ("b-00000001", "a-00000002"):
        (paths.work(study) / "wgan-final-0000").mkdir(parents=True)
        shutil.copy(finished.work / "wgan-final-0000" / "record.json", paths.work(study) / "wgan-final-0000")
    (paths.work("c-00000003") / "wgan-final-0000").mkdir(parents=True)  # has not ended
    assert elsewhere("wgan", finished.spec, paths) == "a-00000002 and b-00000001 have it: --study a-00000002"


def test_a_file_that_is_no_generator_is_said_to_be_one(finished: FinishedStudy, tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"images")
    told = f"^{tmp_path}/x.npz: a file, and no generator, which is a .safetensors; ganbench score reads images$"
    with pytest.raises(UserError, match=told):
        find_generator(str(tmp_path / "x.npz"), finished.spec, finished.paths, finished.uri)


def test_a_run_whose_artifacts_are_gone_has_its_own_file_and_without_that_is_refused(
    finished: FinishedStudy, tmp_path: Path
) -> None:
    client = MlflowClient(tracking_uri=finished.uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    (run,) = client.search_runs([experiment.experiment_id], "attributes.run_name = 'wgan-trial-0000'")
    artifact = next(finished.paths.runs.glob(f"artifacts/*/{run.info.run_id}/artifacts/{GENERATOR_FILE}"))
    own = finished.paths.work(finished.spec.study_id) / "wgan-trial-0000" / GENERATOR_FILE
    shutil.move(artifact, tmp_path / "artifact")
    try:
        assert find_generator("wgan-trial-0000", finished.spec, finished.paths, finished.uri).variant.name == "wgan"
        shutil.move(own, tmp_path / "own")
        with pytest.raises(UserError, match="wgan-trial-0000"):
            find_generator("wgan-trial-0000", finished.spec, finished.paths, finished.uri)
        shutil.move(tmp_path / "own", own)
    finally:
        shutil.move(tmp_path / "artifact", artifact)


def test_an_address_that_mlflow_does_not_know_is_refused(finished: FinishedStudy, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="MLFLOW_TRACKING_URI = 'ftp://nowhere': must begin with one of"):
        find_generator("wgan", finished.spec, Paths(tmp_path, tmp_path), "ftp://nowhere")


def test_a_damaged_copy_is_not_drawn_from(finished: FinishedStudy, tmp_path: Path) -> None:
    """MLflow's copy gives way to the run's own; where both are damaged, that is one line."""
    shutil.copytree(finished.paths.runs, tmp_path / "runs")
    paths = Paths(tmp_path, tmp_path / "data")
    uri = f"sqlite:///{paths.runs.resolve() / 'mlflow.db'}"
    label = "wgan-final-0001"
    own = paths.work(finished.spec.study_id) / label / GENERATOR_FILE
    whole = own.read_bytes()
    damaged = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    copies = [path for path in (paths.runs / "artifacts").rglob(GENERATOR_FILE) if path.read_bytes() == whole]
    assert copies
    for path in copies:
        path.write_bytes(damaged)
    assert same(find_generator(label, finished.spec, paths, uri), own)
    own.write_bytes(damaged)
    with pytest.raises(UserError, match=r"not a generator that a run of this benchmark saved: its digest is another"):
        find_generator(label, finished.spec, paths, uri)


def test_a_folder_that_holds_a_generator_is_one(finished: FinishedStudy, tmp_path: Path) -> None:
    run = finished.work / f"{finished.sound[0]}-final-0000"
    given = find_generator(f"{run}", finished.spec, Paths(tmp_path, tmp_path / "data"), None)
    assert given.variant.name == finished.sound[0]
