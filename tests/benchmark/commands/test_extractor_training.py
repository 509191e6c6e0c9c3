"""A classifier from a data set to a file: what is measured, and that it is the same again."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmark.commands.extractor_training import train_classifier, usual_file
from benchmark.errors import UserError
from benchmark.scoring.extractors.trained import read_about


@pytest.fixture
def pictures(tmp_path: Path) -> str:
    """Sixty pictures of 12 pixels in three classes: stripes down, stripes across, neither."""
    draw = np.random.default_rng(0)
    for number in range(60):
        noise = draw.integers(0, 120, (12, 12, 3))
        stripes = (np.arange(12) // 2 % 2 * 120)[(None, slice(None)) if number % 3 else (slice(None), None)]
        shown = noise + (stripes[..., None] if number % 3 < 2 else 60)
        folder = tmp_path / "pictures" / ("across", "down", "none")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(shown.astype(np.uint8)).save(folder / f"{number}.png")
    return f"folder:{tmp_path / 'pictures'}"


def test_digits_are_learnt_and_measured_on_what_it_never_saw(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    found = train_classifier("digits", 0, 6, tmp_path / "digits.safetensors", tmp_path)
    assert torch.get_num_threads() == threads
    assert set(found.about.accuracy) == {"validation", "test"}
    assert min(found.about.accuracy.values()) > 0.85
    assert (found.about.channels, found.about.side, found.about.classes, found.epochs) == (1, 8, 10, 6)
    assert found.name == f"file:{tmp_path / 'digits.safetensors'}"
    again = train_classifier("digits", 0, 6, tmp_path / "again.safetensors", tmp_path)
    assert again.digest == found.digest
    assert read_about(again.file).accuracy == pytest.approx(found.about.accuracy, abs=1e-4)


def test_a_folder_of_pictures_with_a_folder_a_class(pictures: str, tmp_path: Path) -> None:
    found = train_classifier(pictures, 12, 0, usual_file("mine", tmp_path / "data"), tmp_path / "data")
    assert found.file == tmp_path / "data/extractors/mine.safetensors"
    assert (found.about.dataset, found.about.classes, found.about.side) == (pictures, 3, 12)
    assert min(found.about.accuracy.values()) > 0.6


def test_pictures_without_classes_are_refused(pictures: str, tmp_path: Path) -> None:
    alone = f"{pictures}/down"
    with pytest.raises(UserError, match=r"has no classes; a classifier needs two or more"):
        train_classifier(alone, 12, 1, tmp_path / "x.safetensors", tmp_path)
    assert not (tmp_path / "x.safetensors").exists()
