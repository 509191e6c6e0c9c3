"""Extractors of one's own: written, found by their file, and refused where they are none."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from benchmark.errors import UserError
from benchmark.scoring.extractors.catalog import find_extractor, load_extractor, weights_digest
from benchmark.scoring.extractors.classifier import Classifier
from benchmark.scoring.extractors.trained import (
    Trained,
    TrainedExtractor,
    check_trainable,
    read_about,
    write_classifier,
)

ABOUT = Trained("cells", 3, 16, 4, {"validation": 0.875, "test": 0.75})
CPU = torch.device("cpu")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    write_classifier(tmp_path / "cells.safetensors", Classifier(3, 16, 4), ABOUT)
    return tmp_path / "cells.safetensors"


def test_what_was_written_is_read(file: Path) -> None:
    assert read_about(file) == ABOUT


def test_it_is_an_extractor_by_its_file(file: Path) -> None:
    extractor = find_extractor(f"file:{file}")
    assert (extractor.name, extractor.made_for, extractor.logits) == ("file:cells.safetensors", ("cells",), "logits")
    assert extractor.resize == "bilinear, antialiased, to 16x16"
    assert extractor.citation.endswith("; test accuracy 0.750; validation accuracy 0.875")
    loaded = load_extractor(f"file:{file}", Path("nowhere"), CPU)
    assert loaded.digest == weights_digest(TrainedExtractor("x", ["64"], str(file)))
    images = torch.randint(0, 256, (5, 3, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    pooled, logits = loaded.network(images)
    torch.manual_seed(0)
    network = Classifier(3, 16, 4)
    with torch.no_grad():
        torch.testing.assert_close(pooled, network.features(images / 127.5 - 1).double(), atol=1e-6, rtol=1e-5)
        torch.testing.assert_close(logits, network(images / 127.5 - 1).double(), atol=1e-6, rtol=1e-5)


def test_other_sides_are_resized_and_grey_is_the_mean_of_colours(tmp_path: Path) -> None:
    write_classifier(tmp_path / "grey.safetensors", Classifier(1, 8, 2), replace(ABOUT, channels=1, side=8, classes=2))
    network = load_extractor(f"file:{tmp_path / 'grey.safetensors'}", tmp_path, CPU).network
    grey = torch.full((1, 3, 8, 8), 90, dtype=torch.uint8)
    colour = torch.tensor([60, 90, 120], dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, 20, 20)
    for ours, theirs in zip(network(colour), network(grey), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


def test_missing_damaged_and_foreign_files_are_one_line(file: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"absent\.safetensors: cannot be read as a classifier .*; make one with"):
        find_extractor(f"file:{tmp_path / 'absent.safetensors'}")
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    with pytest.raises(UserError, match=r"cells\.safetensors: cannot be read as a classifier"):
        find_extractor(f"file:{file}")
    save_file({"fc.weight": torch.zeros(3)}, file)
    with pytest.raises(UserError, match=r"cells\.safetensors: no classifier of ours; make one with"):
        find_extractor(f"file:{file}")
    write_classifier(file, Classifier(3, 16, 4), replace(ABOUT, classes=5))
    with pytest.raises(UserError, match=r"cells\.safetensors: no weights of such a classifier"):
        load_extractor(f"file:{file}", tmp_path, CPU)


def images(count: int, channels: int = 3, side: int = 16) -> torch.Tensor:
    return torch.zeros(count, channels, side, side, dtype=torch.uint8)


@pytest.mark.parametrize(
    ("given", "labels", "classes", "told"),
    [
        (images(4), [0, 0, 0, 0], 1, "has no classes; a classifier needs two or more"),
        (images(4), [2, 2, 2, 2], 5, "has no classes; a classifier needs two or more"),
        (images(3), [0, 1, 2], 3, "one training image a class"),
        (images(4, side=128), [0, 0, 1, 1], 2, "images of 3 channels and side 128; must have 1 or 3 and be of 8 to 64"),
        (images(4, side=4), [0, 0, 1, 1], 2, "images of 3 channels and side 4"),
        (images(4, channels=2), [0, 0, 1, 1], 2, "images of 2 channels and side 16"),
    ],
)
def test_what_no_classifier_can_be_made_of(given: torch.Tensor, labels: list[int], classes: int, told: str) -> None:
    with pytest.raises(UserError, match=rf"^dataset 'cells': {told}"):
        check_trainable("cells", given, torch.tensor(labels), classes)
    check_trainable("cells", images(4), torch.tensor([0, 0, 1, 1]), 2)
