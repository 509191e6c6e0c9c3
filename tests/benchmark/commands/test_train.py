"""One variant trained alone: as the same trial of a study, to the last digit, and what its result gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from cohort_tasks import run
from PIL import Image
from safetensors.torch import load_file
from scored_folders import write_folder
from torchvision.transforms.functional import pil_to_tensor

from benchmark.artifacts.grids import write_grid
from benchmark.artifacts.weights import read_generator
from benchmark.commands.sample import draw, walk
from benchmark.commands.train import Trained, TrainSettings, train
from benchmark.datasets.catalog import load_split
from benchmark.errors import UserError
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE, LATENTS_FILE
from benchmark.spec import Score, Spec, load_spec
from benchmark.workers.arithmetic import worker_arithmetic
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import folder_of

FILES = (GENERATOR_FILE, DISCRIMINATOR_FILE, LATENTS_FILE)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def tiny_settings(tiny: Spec, **hyperparameters: float) -> TrainSettings:
    """Those of the tests' tiny study: 20 updates of 16 images."""
    return TrainSettings(batch_size=16, hyperparameters=hyperparameters, score=tiny.score)


@pytest.fixture
def trained(tiny: Spec) -> Trained:
    return train("gan-mlp", steps=20, seed=100, settings=tiny_settings(tiny))


@pytest.mark.parametrize(
    ("variant", "hyperparameters"),
    [("gan-mlp", {}), ("wgan-gp", {"n_critic": 2.0}), ("gan-mlp-dropout", {}), ("cgan-pd", {}), ("mlp+hinge+ema", {})],
)
def test_a_variant_alone_comes_to_what_the_same_trial_comes_to(
    variant: str, hyperparameters: dict[str, float], tiny: Spec, task: Any, context: WorkerContext, tmp_path: Path
) -> None:
    alone = train(variant, steps=20, seed=100, settings=tiny_settings(tiny, **hyperparameters))
    asked = task(variant, hyperparameters)
    with worker_arithmetic():
        record, folder = run(asked, context)[0], folder_of(asked, asked.configs[0])
    saved = alone.save(tmp_path / "alone")
    for file in FILES:
        ours, theirs = load_file(saved / file), load_file(folder / file)
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert alone.curves == record.curves
    assert alone.score("validation") == record.final_scores
    write_grid(alone.fixed(), tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as one, Image.open(folder / record.rungs[-1].samples) as other:
        assert torch.equal(pil_to_tensor(one), pil_to_tensor(other))


def test_samples_and_walks_are_those_of_the_saved_generator(trained: Trained, tmp_path: Path) -> None:
    saved = read_generator(trained.save(tmp_path / "saved") / GENERATOR_FILE)
    images = trained.sample(5, seed=2)
    assert (images.shape, images.dtype) == ((5, 1, 8, 8), torch.uint8)
    assert torch.equal(images, draw(saved, 5, seed=2))
    assert torch.equal(trained.walk(7, rows=2, seed=2), walk(saved, 7, 2, seed=2))


def test_scores_may_be_asked_for_in_another_way(trained: Trained, tiny: Spec) -> None:
    fewer = tiny.score.model_copy(update={"images": 32, "metrics": ("fid",), "extractor": "pixels"})
    assert trained.score("test", fewer).keys() == {"fid"}
    assert trained.score("test", fewer) != trained.score("validation", fewer)


def test_scores_say_what_they_mean(trained: Trained) -> None:
    found = trained.score("validation")
    assert (found.protocol.dataset, found.protocol.split) == ("digits", "validation")
    assert found.protocol.generated_images == trained.settings.score.images
    assert found.frame.set_index("score").loc["fid", "value"] == found["fid"]
    assert found.sentence.startswith(f"{trained.settings.score.images} images against ")


def test_keys_of_a_spec_say_how_to_score(trained: Trained, tiny: Spec) -> None:
    values = {"score.images": 32, "score.metrics": ["kid"], "score.extractor": "pixels"}
    fewer = tiny.score.model_copy(update={"images": 32, "metrics": ("kid",), "extractor": "pixels"})
    assert dict(trained.score(set=values)) == dict(trained.score(score=fewer))
    assert trained.score(set={"score.final_metrics": ["fid_infinity"], "score.images": 260}).keys() > {
        "fid",
        "fid_infinity",
    }


def test_other_data_is_scored_as_the_study_that_fits_it_scores(tmp_path: Path) -> None:
    """By features of pixels and KID: the usual extractor was made for the digits."""
    write_folder(tmp_path / "mine", load_split("digits", "all", tmp_path).images[:240])
    settings = TrainSettings(batch_size=16, resolution=8)
    found = train("gan-shallow", dataset="folder:mine", steps=2, settings=settings).score()
    shipped = load_spec("images", tmp_path).score
    assert (found.protocol.extractor, found.protocol.generated_images) == ("pixels", shipped.images)
    assert {*found} == {"kid", "kid_std"}
    asked = TrainSettings(batch_size=16, resolution=8, score=Score(images=64, metrics=("fid",)))
    found = train("gan-shallow", dataset="folder:mine", steps=2, settings=asked).score()
    assert (found.protocol.extractor, found.protocol.generated_images, {*found}) == ("pixels", 64, {"fid"})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda it: it.score(split="tst"), "unknown split 'tst': did you mean 'test'? Known: train, validation, "),
        (lambda it: it.score(score={"images": 4}), "score, of type dict: must be a Score; set= takes its keys"),
        (
            lambda it: it.score(set={"resolution": 8}),
            "set: resolution changes no score of what is trained; the keys",
        ),
        (lambda it: it.sample(-1), "count = -1: must be a whole number of 1 or more"),
        (lambda it: it.sample(4, seed=-1), "seed = -1: must be a whole number of 0 or more"),
        (lambda it: it.walk(0), "steps = 0: must be a whole number of 1 or more"),
        (lambda it: it.walk(4, rows=0), "rows = 0: must be a whole number of 1 or more"),
        (lambda it: it.fixed(-1), "count = -1: must be a whole number of 1 or more"),
        (lambda it: it.save("file"), "file: is a file; give a folder, new or not"),
        (lambda it: it.save("file/x"), "file/x: cannot be written: Not a directory"),
        (lambda it: it.save(None), "None is no path; give a folder, new or not"),
    ],
)
def test_what_is_asked_for_wrongly_is_one_line(call: Callable[[Trained], Any], told: str, trained: Trained) -> None:
    Path("file").touch()
    with pytest.raises(UserError) as refused:
        call(trained)
    assert str(refused.value).startswith(told)


def test_ten_lines_of_plain_pytorch_load_the_generator(trained: Trained, tmp_path: Path) -> None:
    """As docs/tutorials.md has them, for the layers of the tutorial."""
    from torch import nn

    generator = nn.Sequential(
        nn.Linear(64, 256), nn.LeakyReLU(0.2), nn.Linear(256, 256), nn.LeakyReLU(0.2), nn.Linear(256, 64), nn.Tanh()
    )
    generator.load_state_dict(load_file(trained.save(tmp_path) / GENERATOR_FILE))
    latents = torch.randn(3, 64, generator=torch.Generator().manual_seed(9))
    with torch.no_grad():
        expected = ((generator(latents) + 1) * 127.5).round().to(torch.uint8).view(3, 1, 8, 8)
    assert torch.equal(trained.sample(3, seed=9), expected)


def test_a_folder_needs_a_side_which_is_asked_for_in_python(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(UserError, match=r"; give TrainSettings\(resolution=32\), for instance$"):
        train("dcgan", dataset="folder:mine", steps=2)
    with pytest.raises(UserError, match=r"^nope: no such folder$"):
        train("dcgan", dataset="folder:nope", steps=2)
