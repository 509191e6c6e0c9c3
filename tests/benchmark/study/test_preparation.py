"""What a study measures before its first trial."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny_study import FinishedStudy
from torchvision.transforms.functional import pil_to_tensor

from benchmark.datasets.catalog import DATASETS, load_split
from benchmark.datasets.dataset import Content
from benchmark.datasets.draw import drawn
from benchmark.errors import UserError
from benchmark.metrics.catalog import known_scores
from benchmark.paths import Paths
from benchmark.scoring.baseline import noise_images
from benchmark.scoring.scorer import Scorer
from benchmark.spec import Spec
from benchmark.study.preparation import cross_checked, prepare

CPU = torch.device("cpu")


@pytest.mark.parametrize("split", ["validation", "test"])
def test_protocols_and_baselines_are_those_of_the_split(split: str, finished: FinishedStudy) -> None:
    spec, paths, prepared = finished.spec, finished.paths, finished.preparation
    scorer = Scorer.for_split(spec, split, paths.data, paths.cache, CPU)  # type: ignore[arg-type]
    assert prepared.protocols[split] == scorer.protocol  # type: ignore[index]
    floor, noise = prepared.baseline[split]["floor"], prepared.baseline[split]["noise"]
    assert floor["images"] == noise["images"] == spec.score.images
    train = load_split("digits", "train", paths.data)
    real = train.images[drawn(train.labels, spec.score.images)]
    for scores, images in ((floor, real), (noise, noise_images(spec.score.images, real.shape[1:]))):
        assert {name: scores[name] for name in known_scores() if name in scores} == pytest.approx(scorer.score(images))
    assert floor["fid"] < noise["fid"] / 5


def test_another_library_finds_the_same_of_real_images_on_the_final_split(finished: FinishedStudy) -> None:
    check = finished.preparation.cross_check
    assert check is not None
    assert check.agrees
    assert check.scores["fid"].ours == pytest.approx(finished.preparation.baseline["test"]["floor"]["fid"])
    assert check.scores.keys() == {"fid", "kid", "inception_score"}
    assert check.worst < 1e-5


def test_another_library_is_asked_once_from_features_that_are_kept_until_then(
    finished: FinishedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, paths = finished.spec, Paths(tmp_path, tmp_path / "data")
    floor = paths.work(spec.study_id) / "floor.safetensors"
    assert prepare(spec, paths, "cpu").cross_check is None
    kept = load_file(floor)["pooled"]
    save_file({"pooled": kept, "logits": load_file(floor)["logits"][:1].repeat(len(kept), 1)}, floor)
    # All images are of one class then, which an inception score says.
    first = cross_checked(spec, paths, "cpu")
    assert first.scores["inception_score"].theirs == pytest.approx(1.0, abs=1e-12)
    assert first.scores["fid"] == finished.preparation.cross_check.scores["fid"]  # type: ignore[union-attr]
    assert not floor.exists()
    monkeypatch.setattr("benchmark.scoring.cross_check.cross_check", None)
    assert cross_checked(spec, paths, "cpu") == prepare(spec, paths, "cpu").cross_check == first


@pytest.mark.parametrize("damage", ["missing", "damaged", "strange"])
def test_features_that_are_not_there_are_extracted_again(damage: str, finished: FinishedStudy, tmp_path: Path) -> None:
    spec, paths = finished.spec, Paths(tmp_path, tmp_path / "data")
    floor = paths.work(spec.study_id) / "floor.safetensors"
    prepare(spec, paths, "cpu")
    if damage == "missing":
        floor.unlink()
    elif damage == "damaged":
        floor.write_bytes(floor.read_bytes()[:-5])
    else:
        save_file({"logits": torch.zeros(3, 10)}, floor)
    assert cross_checked(spec, paths, "cpu") == finished.preparation.cross_check


def test_the_grid_shows_real_images_drawn_by_class(finished: FinishedStudy) -> None:
    train = load_split("digits", "train", finished.paths.data)
    real = train.images[drawn(train.labels, 64)]
    with Image.open(finished.preparation.real_grid) as picture:
        grid = pil_to_tensor(picture)[:1]
    assert grid.shape == (1, 8 * 34 + 2, 8 * 34 + 2)
    # The corner of every 4 x 4 square in every tile.
    tiles = torch.stack(
        [grid[0, 2 + 34 * r : 34 + 34 * r, 2 + 34 * c : 34 + 34 * c] for r in range(8) for c in range(8)]
    )
    assert torch.equal(tiles[:, ::4, ::4], real[:, 0])


def test_what_was_measured_is_read_the_next_time(finished: FinishedStudy, tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "data")
    folder = paths.work(finished.spec.study_id)
    folder.mkdir(parents=True)
    measured = json.loads((finished.work / "preparation.json").read_text(encoding="utf-8"))
    measured["baseline"]["test"]["floor"]["fid"] = 1234.5
    del measured["cross_check"], measured["sha256"]  # as studies of before
    (folder / "preparation.json").write_text(json.dumps(measured), encoding="utf-8")
    prepared = prepare(finished.spec, paths, "cpu")
    assert prepared.baseline["test"]["floor"]["fid"] == 1234.5
    assert prepared.protocols == finished.preparation.protocols
    assert prepared.real_grid == folder / "real.png"
    assert prepared.cross_check is None
    assert [path.name for path in folder.iterdir()] == ["preparation.json"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": "digit"}, "unknown dataset 'digit': did you mean 'digits'?"),
        ({"dataset": "mnist", "score": {"extractor": "pixels", "metrics": ["fid"]}}, "mnist"),
        (
            {"dataset": "mnist"},
            "extractor 'digits-cnn': was made for digits, digits-200, and says nothing of 'mnist'; name another",
        ),
        ({"score": {"extractor": "digits_cnn"}}, "unknown extractor 'digits_cnn': did you mean 'digits-cnn'?"),
        ({"score": {"extractor": "inception-v3-compat"}}, "inception"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_line_and_nothing_is_kept(
    changes: dict[str, object], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy that refuses: downloads fail at once, as without a network.
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    # Python keeps the proxies of its first request for good: neither earlier ones may count here, nor these later.
    monkeypatch.setattr(urllib.request, "_opener", None)
    spec = Spec.model_validate({"name": "s", "dataset": "digits"} | changes)
    paths = Paths(tmp_path, tmp_path / "data")
    with pytest.raises(UserError) as refused:
        prepare(spec, paths, "cpu")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not list(paths.work(spec.study_id).glob("preparation*"))


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (
            lambda calls: 0,
            "dataset 'digits': its train and validation splits are the same 32 images, so that ",
        ),
        (
            len,
            "dataset 'digits': its train split is other images when it is read again; must be the same at every",
        ),
    ],
    ids=["one seed for all", "another seed at every call"],
)
def test_splits_that_are_the_same_or_change_are_refused_before_anything_trains(
    read: Callable[[list[str]], int], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def content(data: Path, split: str, side: int) -> Content:
        calls.append(split)
        pixels = np.random.RandomState(read(calls)).randint(0, 256, (32, 1, 8, 8)).astype(np.uint8)
        return Content.of(pixels, np.zeros(32, np.int64), 1)

    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], read=content))
    spec, paths = Spec.model_validate({"name": "s", "dataset": "digits"}), Paths(tmp_path, tmp_path / "data")
    with pytest.raises(UserError) as refused:
        prepare(spec, paths, "cpu")
    assert str(refused.value).startswith(told)
    assert not list(paths.work(spec.study_id).glob("preparation*"))
