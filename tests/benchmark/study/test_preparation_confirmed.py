"""A study goes on with the images and weights that it began with, and with nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from benchmark.datasets.catalog import DATASETS, load_split
from benchmark.datasets.dataset import Content
from benchmark.datasets.folder_layout import split_of
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.scoring.extractors import digits_cnn
from benchmark.spec import Spec
from benchmark.study.preparation import confirm, is_prepared, prepare

CPU = torch.device("cpu")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Real images of a person: 300 digits as pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, image in enumerate(load_split("digits", "train", tmp_path).images[:300]):
        Image.fromarray(image[0].numpy()).save(folder / f"{number:03d}.png")
    return folder


def begun(photos: Path, tmp_path: Path) -> tuple[Spec, Paths]:
    score = {"images": 64, "foreign_extractor": True}  # they are digits
    spec = Spec.model_validate({"name": "own", "dataset": f"folder:{photos}", "resolution": 8, "score": score})
    paths = Paths(tmp_path, tmp_path / "data")
    prepare(spec, paths, "cpu")
    return spec, paths


def test_a_study_goes_on_with_the_images_that_it_began_with(photos: Path, tmp_path: Path) -> None:
    spec, paths = begun(photos, tmp_path)
    confirm(spec, paths, "cpu")
    scored = next(path for path in sorted(photos.iterdir()) if split_of(path.relative_to(photos)) == "test")
    with Image.open(scored) as picture:
        first = picture.getpixel((0, 0))
        picture.putpixel((0, 0), 200)
        picture.save(scored)
    with pytest.raises(
        UserError, match=r"real_digest of the test split was '.*' when it began and is '.*': bring back"
    ):
        confirm(spec, paths, "cpu")
    with Image.open(scored) as picture:
        picture.putpixel((0, 0), first)  # type: ignore[arg-type]
        picture.save(scored)
    confirm(spec, paths, "cpu")


@pytest.mark.long
def test_a_picture_that_is_trained_on_may_not_change_either(photos: Path, tmp_path: Path) -> None:
    spec, paths = begun(photos, tmp_path)
    trained = next(path for path in sorted(photos.iterdir()) if split_of(path.relative_to(photos)) == "train")
    with Image.open(trained) as picture:
        picture.putpixel((0, 0), 200)
        picture.save(trained)
    with pytest.raises(UserError, match=r": the images of the train split are others than when it began: bring back "):
        confirm(spec, paths, "cpu")


@pytest.mark.parametrize("changed", ["train", "validation", "test"])
def test_nor_may_the_code_that_makes_images(changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(other: str) -> Callable[[Path, str, int], Content]:
        def content(data: Path, split: str, side: int) -> Content:
            seed = ["train", "validation", "test"].index(split) + 7 * (split == other)
            pixels = np.random.RandomState(seed).randint(0, 256, (32, 1, 8, 8)).astype(np.uint8)
            return Content.of(pixels, np.zeros(32, np.int64), 1)

        return content

    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], read=made("")))
    spec, paths = Spec.model_validate({"name": "s", "dataset": "digits"}), Paths(tmp_path, tmp_path / "data")
    prepare(spec, paths, "cpu")
    confirm(spec, paths, "cpu")
    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], read=made(changed)))
    with pytest.raises(UserError) as refused:
        confirm(spec, paths, "cpu")
    assert str(refused.value) == (
        f"study {spec.study_id}: the images of the {changed} split are others than when it began: bring back what data "
        "set 'digits' was then, or give the study another name"
    )


def test_a_study_of_an_earlier_version_goes_on(photos: Path, tmp_path: Path) -> None:
    """Its file says nothing of what protocols have had since, and the sources have other keys."""
    spec, paths = begun(photos, tmp_path)
    kept = paths.work(spec.study_id) / "preparation.json"
    measured = json.loads(kept.read_text(encoding="utf-8"))
    measured["sources"]["content"] = "earlier"
    del measured["sha256"], measured["images"]
    for protocol in measured["protocols"].values():
        for name in ("averaging", "name", "real_digest", "kid_subset_size", "batch_norm_batches", "real_sizes"):
            del protocol[name]
    kept.write_text(json.dumps(measured), encoding="utf-8")
    confirm(spec, paths, "cpu")
    assert json.loads(kept.read_text(encoding="utf-8"))["protocols"]["test"]["real_digest"]


@pytest.mark.long
def test_other_files_may_hold_the_same_images(photos: Path, tmp_path: Path) -> None:
    spec, paths = begun(photos, tmp_path)
    before = prepare(spec, paths, "cpu")
    for path in photos.iterdir():
        with Image.open(path) as picture:
            picture.save(path, compress_level=0)
    confirm(spec, paths, "cpu")
    after = prepare(spec, paths, "cpu")
    assert after.content != before.content
    assert after.protocols == before.protocols


def test_other_weights_are_refused(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, paths = begun(photos, tmp_path)
    weights = load_file(digits_cnn.WEIGHTS)
    weights["output.bias"][3] += 1e-6
    save_file(weights, tmp_path / "changed.safetensors")
    monkeypatch.setattr(digits_cnn, "WEIGHTS", tmp_path / "changed.safetensors")
    with pytest.raises(UserError, match=r"extractor_digest of the validation split was '.*' when it began and is '.*'"):
        confirm(spec, paths, "cpu")


@pytest.mark.parametrize("damage", ["empty", "garbage", "a byte"])
def test_what_was_measured_and_is_damaged_is_measured_again(
    damage: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, paths = begun(photos, tmp_path)
    kept = paths.work(spec.study_id) / "preparation.json"
    whole = kept.read_bytes()
    kept.write_bytes({"empty": b"", "garbage": b"garbage", "a byte": whole.replace(b'"fid":', b'"fie":', 1)}[damage])
    assert not is_prepared(spec, paths)
    prepare(spec, paths, "cpu")
    assert kept.read_bytes() == whole
    told = capsys.readouterr().err
    assert told.startswith(f"ganbench: {kept}: damaged (")
    assert told.endswith("); measured again\n")
    assert told.count("\n") == 1


def test_what_was_measured_for_another_study_is_measured_again(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, paths = begun(photos, tmp_path)
    other = spec.model_copy(update={"name": "other"})
    paths.work(other.study_id).mkdir(parents=True)
    whole = (paths.work(spec.study_id) / "preparation.json").read_bytes()
    kept = paths.work(other.study_id) / "preparation.json"
    kept.write_bytes(whole)
    assert not is_prepared(other, paths)
    prepare(other, paths, "cpu")
    assert kept.read_bytes() != whole
    assert is_prepared(other, paths)
    assert "another study's); measured again\n" in capsys.readouterr().err
