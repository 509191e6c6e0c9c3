"""A classifier of a data set, trained, measured on images that it never saw, and kept as an extractor."""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmark.datasets.catalog import LabelledImages, find_dataset, load_split
from benchmark.errors import UserError
from benchmark.names import slug
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.extractors.classifier_training import accuracy, train, usual_epochs
from benchmark.scoring.extractors.trained import PREFIX, Trained, check_trainable, write_classifier

FOLDER = "extractors"  # in the data folder


@dataclass(frozen=True)
class TrainedClassifier:
    """What came of it.

    Attributes:
        file: Where it is.
        about: What it takes, and how right it is.
        digest: Of its weights, as scores carry it.
        epochs: How often it saw each training image.
        seconds: Training alone.
    """

    file: Path
    about: Trained
    digest: str
    epochs: int
    seconds: float

    @property
    def name(self) -> str:
        """What `score.extractor` is to be."""
        return f"{PREFIX}{self.file}"


def usual_file(dataset: str, data: Path) -> Path:
    """Where the classifier of a data set lies if nobody says otherwise."""
    return data / FOLDER / f"{slug(dataset)}.safetensors"


def train_classifier(dataset: str, resolution: int, epochs: int, file: Path, data: Path) -> TrainedClassifier:
    """Train on the train split, on one core, and measure on the validation and the test split where there are such.

    Args:
        dataset: A data set with labels, or folder:PATH with a folder a class.
        resolution: Side of the images in pixels; the data set's own if 0.
        epochs: How often each training image is seen; as `usual_epochs` says if 0.
        file: Where the weights are written.
        data: The data folder.

    Raises:
        UserError: if the data cannot be had, or no classifier can be made of them.
    """
    name = find_dataset(dataset).name
    split = load_split(dataset, "train", data, resolution)
    check_trainable(name, split.images, split.labels, split.classes)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so that sums come out the same on any machine with the same kernels
    try:
        begun = time.perf_counter()
        seen = epochs or usual_epochs(len(split.images))
        network = train(split, seen)
        seconds = time.perf_counter() - begun
        measured = {held.name: accuracy(network, held.images) for held in _held_out(dataset, data, resolution)}
    finally:
        torch.set_num_threads(threads)
    about = Trained(name, network.channels, network.side, network.classes, measured)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_classifier(file, network, about)
    digest = load_extractor(f"{PREFIX}{file}", data, torch.device("cpu")).digest
    return TrainedClassifier(file, about, digest, seen, seconds)


@dataclass(frozen=True)
class _HeldOut:
    name: str
    images: LabelledImages


def _held_out(dataset: str, data: Path, resolution: int) -> list[_HeldOut]:
    """The splits that training never saw; a folder of few pictures may lack one."""
    found = []
    for split in ("validation", "test"):
        with suppress(UserError):
            found.append(_HeldOut(split, load_split(dataset, split, data, resolution)))
    return found
