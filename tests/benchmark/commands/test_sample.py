"""New images from the finished study's generators."""

import shutil
from pathlib import Path

import pytest
import torch
from mlflow import MlflowClient
from safetensors.torch import load_file
from tiny_study import FinishedStudy

from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.commands.sample import draw, walk
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.pixels import to_uint8
from benchmark.records import GENERATOR_FILE
from benchmark.tracking.saved_generator import find_generator
from benchmark.training.sampling import generate


@pytest.fixture
def saved(finished: FinishedStudy) -> SavedGenerator:
    return read_generator(finished.work / "wgan-final-0000" / GENERATOR_FILE)


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


@pytest.mark.parametrize("name", ["wgan-final-0009", "hinge", "hinge-trial-0000", "dcgan", ""])
def test_a_run_that_did_not_finish_is_refused_with_those_that_did(name: str, finished: FinishedStudy) -> None:
    with pytest.raises(UserError) as refused:
        find_generator(name, finished.spec, finished.paths, finished.uri)
    assert str(refused.value) == (
        f"no finished run {name!r} in study {finished.spec.study_id}; finished: gan-shallow-final-0000, "
        "gan-shallow-final-0001, gan-shallow-trial-0000, gan-shallow-trial-0001 ..."
    )


def test_a_study_that_never_ran_has_none(finished: FinishedStudy) -> None:
    other = finished.spec.model_copy(update={"seed": 7})
    with pytest.raises(UserError, match=f"no finished run 'wgan' in study {other.study_id}; finished: none yet$"):
        find_generator("wgan", other, finished.paths, finished.uri)


def test_a_run_whose_artifacts_are_gone_is_refused(finished: FinishedStudy, tmp_path: Path) -> None:
    client = MlflowClient(tracking_uri=finished.uri)
    experiment = client.get_experiment_by_name(finished.spec.study_id)
    (run,) = client.search_runs([experiment.experiment_id], "attributes.run_name = 'wgan-trial-0000'")
    artifact = next(finished.paths.runs.glob(f"artifacts/*/{run.info.run_id}/artifacts/{GENERATOR_FILE}"))
    shutil.move(artifact, tmp_path)
    try:
        with pytest.raises(UserError, match="wgan-trial-0000"):
            find_generator("wgan-trial-0000", finished.spec, finished.paths, finished.uri)
    finally:
        shutil.move(tmp_path / GENERATOR_FILE, artifact)


def test_an_address_that_mlflow_does_not_know_is_refused(finished: FinishedStudy, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="MLFLOW_TRACKING_URI = 'ftp://nowhere': must begin with one of"):
        find_generator("wgan", finished.spec, Paths(tmp_path, tmp_path), "ftp://nowhere")


def latents(saved: SavedGenerator, seed: int, *shape: int) -> torch.Tensor:
    """From the prior of the paper, uniform over [-1, 1]."""
    size = (*shape, saved.variant.latent_size)
    return torch.rand(size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_images_are_drawn_from_the_prior_by_their_seed(saved: SavedGenerator) -> None:
    images = draw(saved, 10, seed=4)
    assert (images.shape, images.dtype) == ((10, 1, 8, 8), torch.uint8)
    assert torch.equal(images, to_uint8(generate(saved.module, (latents(saved, 4, 10),))))
    assert torch.equal(images, draw(saved, 10, seed=4))
    assert not torch.equal(images, draw(saved, 10, seed=5))


def test_a_walk_goes_straight_from_one_latent_to_another(saved: SavedGenerator) -> None:
    steps, rows = 5, 3
    images = walk(saved, steps, rows, seed=4).view(rows, steps, 1, 8, 8)
    start, end = latents(saved, 4, 2, rows, 1)[:, :, 0]
    for step in range(steps):
        there = start + (end - start) * step / (steps - 1)
        expected = to_uint8(generate(saved.module, (there,)))
        # Batches of another size differ by rounding, which may show in the last bit.
        assert (images[:, step].int() - expected.int()).abs().max() <= 1
    assert not torch.equal(images[:, 0], images[:, -1])
