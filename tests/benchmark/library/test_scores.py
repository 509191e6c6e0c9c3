"""Scores of images from files and from memory: the same numbers, with what they mean."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import benchmark
from benchmark.datasets.catalog import load_split
from benchmark.errors import UserError

FID = {"score.metrics": ["fid"]}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_real_images_against_themselves_have_no_distance(test_images: torch.Tensor) -> None:
    scores = benchmark.score(test_images, against="digits", split="test", set=FID)
    assert scores["fid"] == pytest.approx(0.0, abs=1e-4)
    assert (scores.protocol.real_images, scores.protocol.generated_images) == (450, 450)


def test_files_arrays_and_tensors_score_alike(generated: torch.Tensor, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    arrays = generated.permute(0, 2, 3, 1).numpy()
    for number, pixels in enumerate(arrays):
        Image.fromarray(pixels[..., 0]).save(folder / f"{number:04d}.png")
    found = [benchmark.score(each, set=FID)["fid"] for each in (generated, arrays, arrays[..., 0], folder, str(folder))]
    assert found == [pytest.approx(found[0], rel=1e-9)] * 5
    assert found[0] > 0.1


def test_they_are_a_dictionary_with_a_frame_and_a_sentence(generated: torch.Tensor) -> None:
    scores = benchmark.score(generated, set={"score.metrics": ["fid", "precision_recall"]})
    assert [*scores] == ["fid", "precision", "recall", "precision_recall_f_score"]
    assert dict(scores) == {name: scores[name] for name in scores}
    frame = scores.frame.set_index("score")
    assert frame.loc["fid", "value"] == scores["fid"]
    assert frame["better"].to_dict() == {
        "fid": "lower", "precision": "higher", "recall": "higher", "precision_recall_f_score": "higher",
    }  # fmt: skip
    p, r = scores["precision"], scores["recall"]
    assert scores["precision_recall_f_score"] == pytest.approx(2 * p * r / (p + r))
    assert scores.sentence.startswith("300 images against 450 of the data set digits (test)")
    assert repr(scores).startswith(f"<fid = {scores['fid']:.4g}, precision = ")
    assert not any(math.isnan(value) for value in scores.values())


@pytest.mark.parametrize("images", [torch.zeros(80, 1, 8, 8), np.zeros((80, 8, 8)), [1, 2]])
def test_images_that_are_no_bytes_are_refused(images: object) -> None:
    with pytest.raises(UserError, match=r"^images of .*: must be a folder, a file, a generator, or uint8 in mem"):
        benchmark.score(images)  # type: ignore[arg-type]


def test_unknown_names_are_one_line_with_the_nearest(generated: torch.Tensor) -> None:
    with pytest.raises(UserError, match=r"^unknown split 'tset': did you mean 'test'\?"):
        benchmark.score(generated, split="tset")
    with pytest.raises(UserError, match=r"budget\.trials: changes nothing here"):
        benchmark.score(generated, set={"budget.trials": 2})


def test_a_folder_is_scored_against_a_folder(tmp_path: Path) -> None:
    test = load_split("digits", "test", tmp_path).images
    np.save(tmp_path / "one.npy", test[:200].numpy())
    np.save(tmp_path / "other.npy", test[200:].numpy())
    values = {"score.metrics": ["fid"], "score.extractor": "pixels"}
    scores = benchmark.score("one.npy", against="other.npy", set=values)
    assert (scores.protocol.dataset, scores.protocol.real_images) == ("file:other.npy", 250)
    assert 0 < scores["fid"] < 10 * benchmark.score("other.npy", against="one.npy", set=values)["fid"]


@pytest.mark.parametrize("against", [np.zeros((80, 8, 8), np.uint8), torch.zeros(80, 1, 8, 8), None])
def test_what_is_compared_with_has_a_name(against: object, generated: torch.Tensor) -> None:
    with pytest.raises(UserError) as refused:
        benchmark.score(generated, against=against)  # type: ignore[arg-type]
    assert str(refused.value) == (
        f"against, of type {type(against).__name__}: must name a data set, a folder or a file; np.savez writes a file"
    )


def test_what_is_wrong_with_images_in_memory_names_no_file(generated: torch.Tensor) -> None:
    with pytest.raises(UserError, match=r"^images: 3 images; at least 16 are needed$"):
        benchmark.score(generated[:3])


def test_what_was_trained_is_scored_as_its_generator_is(tmp_path: Path) -> None:
    trained = benchmark.train("gan-shallow", steps=2, seed=1)
    values = {"score.metrics": ["fid"], "score.images": 200}
    found = benchmark.score(trained, "digits", set=values)
    assert dict(found) == dict(benchmark.score(benchmark.load(trained.save("saved")), set=values))
    assert found["fid"] == pytest.approx(benchmark.score(trained.sample(200), set=FID)["fid"], rel=1e-9)
