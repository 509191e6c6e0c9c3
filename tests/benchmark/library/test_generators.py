"""Saved generators: read, drawn from, written again and scored; and pictures of images."""

from pathlib import Path

import numpy as np
import pytest
import torch

import benchmark
from benchmark.artifacts.weights import SavedGenerator
from benchmark.errors import UserError
from benchmark.library.generators import Generator
from benchmark.spec import Score, load_spec
from benchmark.training.model import ImageShape, build
from ganzoo.registry import VARIANTS


@pytest.fixture
def generator() -> Generator:
    shape = ImageShape(1, 8, 10)
    module, _ = build(VARIANTS["dcgan"], shape, seed=5)
    return Generator(SavedGenerator(module.eval(), VARIANTS["dcgan"], shape))


def test_images_are_bytes_of_the_module_s_own(generator: Generator) -> None:
    latents = VARIANTS["dcgan"].latents(7, torch.Generator().manual_seed(3))
    with torch.no_grad():
        expected = ((generator.module(latents) + 1) * 127.5).round().to(torch.uint8)
    assert torch.equal(generator.sample(7, seed=3), expected)
    assert not torch.equal(generator.sample(7, seed=4), expected)


def test_a_walk_has_rows_of_steps(generator: Generator) -> None:
    assert generator.walk(steps=5, rows=3).shape == (15, 1, 8, 8)


def test_what_is_saved_is_loaded_by_file_and_by_folder(generator: Generator, tmp_path: Path) -> None:
    file = generator.save(tmp_path / "new" / "generator.safetensors")
    for place in (file, file.parent, str(file)):
        again = benchmark.load(place)
        assert torch.equal(again.sample(9), generator.sample(9))
        assert again.variant is VARIANTS["dcgan"]
    assert repr(benchmark.load(file)) == "<generator of dcgan: 1 x 8 x 8>"


def test_another_kind_of_file_is_refused(generator: Generator, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"model\.pt: a generator is saved as NAME\.safetensors, a file$"):
        generator.save(tmp_path / "model.pt")
    assert not (tmp_path / "model.pt").exists()


def test_its_scores_are_those_of_its_images(
    generator: Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = generator.score("digits", set={"score.images": 80, "score.metrics": ["fid"]})
    given = benchmark.score(generator.sample(80), "digits", set={"score.metrics": ["fid"]})
    assert own["fid"] == pytest.approx(given["fid"], rel=1e-6)
    assert own.protocol.generated_images == 80


def test_a_picture_has_every_image_where_it_belongs() -> None:
    images = torch.stack([torch.full((1, 32, 32), value, dtype=torch.uint8) for value in (10, 20, 30)])
    pixels = np.asarray(benchmark.picture(images, columns=2))
    assert pixels.shape == (70, 70, 3)
    assert [pixels[16, 16, 0], pixels[16, 50, 0], pixels[50, 16, 0]] == [10, 20, 30]


def test_what_cannot_be_written_is_one_line(generator: Generator, tmp_path: Path) -> None:
    (tmp_path / "folder.safetensors").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"folder\.safetensors: a generator is saved as NAME\.safetensors, a file$"):
        generator.save(tmp_path / "folder.safetensors")
    with pytest.raises(UserError, match=r"a\.safetensors: cannot be written: File exists$"):
        generator.save(tmp_path / "file" / "a.safetensors")
    with pytest.raises(UserError, match=r"^5 is no path; give a generator\.safetensors, or the folder that holds one$"):
        benchmark.load(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("images", "told"),
    [
        (
            np.zeros((4, 8, 8, 1), np.uint8),
            "images of ndarray: must be a tensor (N, C, H, W) of uint8, with",
        ),
        (torch.zeros(4, 1, 8, 8), "images of torch.float32 [4, 1, 8, 8]: must be a tensor (N, C, H, W) of uint8, with"),
        (torch.zeros(1, 8, 8, dtype=torch.uint8), "images of torch.uint8 [1, 8, 8]: must be a tensor (N, C, H, W) of"),
        (torch.zeros(0, 1, 8, 8, dtype=torch.uint8), "images = 0: must be a whole number of 1 or more"),
    ],
)
def test_what_is_no_images_makes_no_picture(images: object, told: str) -> None:
    with pytest.raises(UserError) as refused:
        benchmark.picture(images)  # type: ignore[arg-type]
    assert str(refused.value).startswith(told)


def test_everything_public_is_shown_in_one_short_line(
    generator: Generator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = benchmark.TrainSettings(epochs=1, batch_size=400)
    trained = benchmark.train("gan-shallow", settings=settings, seed=7)
    assert repr(trained) == "<trained gan-shallow on digits, 2 of 2 steps, seed 7>"
    assert repr(trained.run) == "<run of gan-shallow on digits, step 2 of 2>"
    assert repr(settings) == "TrainSettings(epochs=1, batch_size=400)"
    assert repr(trained.generator) == repr(benchmark.load(trained.save("saved")))
    spec = load_spec("smoke", tmp_path)
    assert repr(spec) == str(spec) == f"<spec of study {spec.study_id}: digits, all>"
    assert repr(spec.budget) == str(spec.budget) == "Budget(trials=2, discriminator_steps=40, rungs=(20, 40))"
    assert repr(Score(images=64)) == "Score(images=64)"
