"""Patches of two photographs as a data set, and the power spectrum of images as an extractor."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate
from torch_fidelity import FeatureExtractorBase

from benchmark.datasets.dataset import Content, Dataset, Pixels, nothing_missing
from benchmark.records import Split
from benchmark.scoring.extractors.extractor import Extractor

PATCH, STEP = 32, 8  # sides of a patch, and from one to the next, in pixels
# Columns of pixels of a split: patches of two splits never share one.
COLUMNS: dict[Split, tuple[int, int]] = {"train": (0, 448), "validation": (448, 544), "test": (544, 640)}
SIDE = 32  # of the images whose spectrum is taken
RINGS = SIDE // 2


def photographs(data: Path) -> tuple[Path, ...]:
    """A temple and a flower, each 640 by 427 pixels, which come with scikit-learn; a file a class."""
    return tuple(Path(str(files("sklearn.datasets.images") / name)) for name in ("china.jpg", "flower.jpg"))


def patches(picture: Path, split: Split) -> Pixels:
    """Patches (N, 3, 32, 32) of a photograph, row by row."""
    start, stop = COLUMNS[split]
    strip = np.asarray(Image.open(picture).convert("RGB"))[:, start:stop]
    windows = np.lib.stride_tricks.sliding_window_view(strip, (PATCH, PATCH), axis=(0, 1))[::STEP, ::STEP]
    return np.ascontiguousarray(windows.reshape(-1, 3, PATCH, PATCH))


def read_patches(data: Path, split: Split, side: int) -> Content:
    """All patches of a split, and which photograph each is of."""
    found = [patches(picture, split) for picture in photographs(data)]
    labels = np.repeat(np.arange(len(found), dtype=np.int64), [len(each) for each in found])
    return Content.of(np.concatenate(found), labels, classes=len(found))


def spectrum(images: Tensor) -> Tensor:
    """Images (N, 3, H, W) uint8 to (N, 16) float64: the log of the mean power by distance from frequency 0."""
    grey = images.double().mean(1, keepdim=True) / 255
    small = interpolate(grey, size=(SIDE, SIDE), mode="bilinear", antialias=True)[:, 0]
    power = torch.fft.fft2(small).abs().square() / SIDE**2
    frequency = torch.fft.fftfreq(SIDE, d=1 / SIDE, device=images.device)
    distance = (frequency[:, None].square() + frequency.square()).sqrt().round().long()
    rings = [power[:, distance == ring].mean(1) for ring in range(RINGS)]
    return torch.stack(rings, 1).add(1e-8).log()


class SpectrumExtractor(FeatureExtractorBase):  # type: ignore[misc]  # torch-fidelity is untyped
    """`spectrum` as torch-fidelity wants it."""

    def __init__(self, name: str, features_list: list[str], **_settings: object) -> None:
        super().__init__(name, features_list)

    @staticmethod
    def get_provided_features_list() -> tuple[str, ...]:
        """The one layer by name."""
        return ("16",)

    @staticmethod
    def get_default_feature_layer_for_metric(_metric: str) -> str:
        """The layer that a metric of torch-fidelity reads."""
        return "16"

    @staticmethod
    def can_be_compiled() -> bool:
        """Whether torch.compile may wrap it."""
        return False

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Images (N, 3, H, W) uint8 of any side to ((N, 16),)."""
        return (spectrum(images),)


def no_weights(data: Path) -> None:
    """It has none."""


PHOTOGRAPHS = Dataset(
    name="photographs",
    resolution=PATCH,
    citation="scikit-learn's load_sample_images: a temple in China and a flower",
    files=photographs,
    read=read_patches,
    problem=nothing_missing,
)
SPECTRUM = Extractor(
    name="spectrum",
    network=SpectrumExtractor,
    pooled="16",
    logits=None,
    weights=no_weights,
    problem=nothing_missing,
    citation="Durall et al. 2020, arXiv:2003.01826, section 3.1: the power spectrum, averaged over each radius",
    resize="mean of the colours, bilinear, antialiased, to 32x32",
)
