"""Extractors of one's own: classifiers that `ganbench extractor train` made, named by their file, `file:PATH`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.scoring.extractors.classifier import LARGEST, SMALLEST, Classifier
from benchmark.scoring.extractors.classifier_extractor import ClassifierExtractor
from benchmark.scoring.extractors.extractor import Extractor

PREFIX = "file:"
KIND = "ganbench classifier 1"
_ADVICE = "make one with: ganbench extractor train --dataset NAME --output FILE.safetensors"


@dataclass(frozen=True)
class Trained:
    """What is known of a classifier besides its weights.

    Attributes:
        dataset: Whose train split it was trained on.
        channels: Of the images that it takes.
        side: Of these in pixels.
        classes: How many labels there are.
        accuracy: Share of images that it never saw which it classifies rightly, by split.
    """

    dataset: str
    channels: int
    side: int
    classes: int
    accuracy: Mapping[str, float]


def write_classifier(path: Path, network: Classifier, about: Trained) -> None:
    """Write weights, with what is known of them, whole or not at all."""
    shape = {"channels": about.channels, "side": about.side, "classes": about.classes}
    measured = {f"{split}_accuracy": f"{share:.4f}" for split, share in about.accuracy.items()}
    metadata = {"kind": KIND, "dataset": about.dataset, **{key: str(n) for key, n in shape.items()}, **measured}
    with atomic_write(path) as unfinished:
        save_file(network.state_dict(), unfinished, metadata=metadata)
    path.chmod(0o644)  # safetensors lets no one else read it


def read_about(path: Path) -> Trained:
    """What a file says of its classifier.

    Raises:
        UserError: if it is missing or damaged, or no classifier of ours.
    """
    try:
        with safe_open(path, "pt") as file:
            said = file.metadata() or {}
        if said.get("kind") != KIND:
            raise UserError(f"{path}: no classifier of ours; {_ADVICE}")
        measured = {key.removesuffix("_accuracy"): float(each) for key, each in said.items() if "_accuracy" in key}
        return Trained(said["dataset"], int(said["channels"]), int(said["side"]), int(said["classes"]), measured)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as a classifier ({str(error).splitlines()[0]}); {_ADVICE}") from error


class TrainedExtractor(ClassifierExtractor):
    """The classifier of a file."""

    def __init__(
        self, name: str, features_list: list[str], feature_extractor_weights_path: str = "", **_settings: object
    ) -> None:
        # torch-fidelity hands all of its own settings to every extractor, hence the rest.
        path = Path(feature_extractor_weights_path)
        about = read_about(path)
        network = Classifier(about.channels, about.side, about.classes)
        try:
            network.load_state_dict(load_file(path))
        except (OSError, SafetensorError, RuntimeError) as error:
            raise UserError(f"{path}: no weights of such a classifier ({str(error).splitlines()[0]})") from error
        super().__init__(name, features_list, network)


def trained_extractor(name: str) -> Extractor:
    """The extractor called `file:PATH`.

    Raises:
        UserError: if there is no such file, or it is damaged, or no classifier of ours.
    """
    path = Path(name.removeprefix(PREFIX)).expanduser()
    about = read_about(path)
    told = "; ".join(f"{split} accuracy {share:.3f}" for split, share in sorted(about.accuracy.items()))
    colours = "mean of the colours, " if about.channels == 1 else ""
    return Extractor(
        name=f"{PREFIX}{path.name}",
        network=TrainedExtractor,
        pooled="64",
        logits="logits",
        weights=partial(_in_place, path),
        problem=partial(_problem, path),
        citation=f"a classifier of the train split of {about.dataset}, made by ganbench extractor train; {told}",
        resize=f"{colours}bilinear, antialiased, to {about.side}x{about.side}",
        made_for=(about.dataset,),
    )


def _in_place(path: Path, data: Path) -> Path:
    return path


def _problem(path: Path, data: Path) -> str | None:
    return None if path.is_file() else f"{path}: is missing; {_ADVICE}"


def check_trainable(dataset: str, images: Tensor, labels: Tensor, classes: int) -> None:
    """Refuse images (N, C, R, R) of which no classifier can be made.

    Raises:
        UserError: if they have fewer than two classes, one class has a single image, or their side or number of
            channels is none that the network takes.
    """
    counts = torch.bincount(labels, minlength=classes)
    if classes < 2 or int((counts > 0).sum()) < 2:
        raise UserError(f"dataset {dataset!r}: has no classes; a classifier needs two or more, as folders in a folder")
    if int(counts.max()) < 2:
        raise UserError(f"dataset {dataset!r}: one training image a class; a classifier needs more of some")
    channels, side = images.shape[1], images.shape[-1]
    if channels not in (1, 3) or not SMALLEST <= side <= LARGEST:
        raise UserError(
            f"dataset {dataset!r}: images of {channels} channels and side {side}; must have 1 or 3 and be of "
            f"{SMALLEST} to {LARGEST} pixels, as with --resolution 32"
        )
