"""What a data set is to the benchmark: frozen, so that a name always means the same images."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from benchmark.records import Split


@dataclass(frozen=True)
class Dataset:
    """A source of real images with fixed splits.

    Attributes:
        name: How it is asked for by name.
        channels: 1 for grey, 3 for RGB.
        resolution: Native side in pixels.
        classes: Number of labels.
        reference: Where it comes from.
        read: `(data folder, split) -> (images (N, channels, resolution, resolution) uint8, labels (N,) int64)`;
            raises UserError if its files cannot be had.
        problem: `(data folder) -> None` if its files are in place, else one line saying which file is missing or broken
            and what to do; never downloads.
    """

    name: str
    channels: int
    resolution: int
    classes: int
    reference: str
    read: Callable[[Path, Split], tuple[Tensor, Tensor]]
    problem: Callable[[Path], str | None]
