"""Every data set by name: the benchmark's own, then what other people's packages add."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path

import torch
from torch import Tensor

from benchmark.datasets import built_in
from benchmark.datasets.content_key import content_key
from benchmark.datasets.dataset import Content, Dataset, Pixels, joined
from benchmark.datasets.folder import PREFIX, folder_dataset
from benchmark.datasets.origin import RESIZED, Origin, origin_of
from benchmark.datasets.prepared import PreparedCache, Source
from benchmark.datasets.rules import held_to_rules
from benchmark.errors import UserError
from benchmark.names import look_up, slug
from benchmark.plain_text import shown
from benchmark.records import Split
from ganzoo.catalogs import listed
from ganzoo.entry_points import code_key, merged

GROUP = "ganbench.datasets"  # of entry points
DATASETS: dict[str, Dataset] = listed("data set", built_in, Dataset)
JOINED: dict[Split, tuple[Split, ...]] = {
    "train+validation": ("train", "validation"),
    "all": ("train", "validation", "test"),
}
SMALL = 2**22  # bytes of a split that is read and resized faster than a prepared one is looked for


@dataclass(frozen=True)
class LabelledImages:
    """The images of one split, in a fixed order.

    Attributes:
        images: (N, C, R, R) uint8, contiguous.
        labels: (N,) int64, from 0 to `classes` - 1.
        classes: How many there are in the data set.
        origin: What the images were before they were brought to one size; None if nobody knows.
    """

    images: Tensor
    labels: Tensor
    classes: int
    origin: Origin | None = None

    def to(self, device: torch.device) -> "LabelledImages":
        """The same on a device."""
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))


class NoSideError(UserError):
    """Pictures have no side of their own, and none is asked for."""

    @classmethod
    def of(cls, name: str, spelt: str) -> "NoSideError":
        """What is told.

        Args:
            name: Of the data set.
            spelt: How whoever asked says which side he wants.
        """
        return cls(f"dataset {name!r}: its pictures have no side of their own; give {spelt}, for instance")


def known_datasets() -> dict[str, Dataset]:
    """Every data set by name, other people's included, less folders of pictures.

    Raises:
        PluginError: if somebody's package is broken, or has a name that is taken.
    """
    return merged("data set", DATASETS, GROUP, Dataset)


def find_dataset(name: str) -> Dataset:
    """The data set called `name`, or a folder of pictures, `folder:PATH`.

    Raises:
        UserError: with one line that lists the known names and the nearest, or says how the folder of that name is
            written.
    """
    if name.startswith(PREFIX):
        return folder_dataset(name)
    known = known_datasets()
    if name not in known and os.path.isdir(name):  # noqa: PTH112, whose way raises for a long name before Python 3.14
        raise UserError(f"dataset {shown(name)}: no data set of that name; the folder is written {PREFIX}{name}")
    return look_up("dataset", name, known, built_in)


def check_folder(name: str) -> None:
    """Refuse a data set that is a folder which is not there, before anything else is found wrong with it.

    Raises:
        UserError: if it is one.
    """
    if name.startswith(PREFIX) and (problem := folder_dataset(name).problem(Path())):
        raise UserError(problem)


def side_of(name: str, resolution: int) -> int:
    """Side in pixels of a data set's images in a study that asks for `resolution`, 0 for the native one.

    Raises:
        UserError: if the name is unknown; `NoSideError` if the data set has no native side and none is asked for.
    """
    side = resolution or find_dataset(name).resolution
    if not side:
        raise NoSideError.of(name, "--set resolution=32")
    return side


def key_of(name: str, resolution: int, data: Path) -> str:
    """16 hex digits that change with any byte of the data set's files and with the side.

    Raises:
        UserError: as `load_split`.
    """
    return content_key(find_dataset(name), data, side_of(name, resolution), _maker(name))


def _maker(name: str) -> str:
    """What changes with the code of a data set that another package adds; ours has a number for that."""
    return code_key(GROUP, Dataset, name)


def parts_of(split: Split) -> tuple[Split, ...]:
    """The splits that a joined one is made of; any other is its own part."""
    return JOINED.get(split, (split,))


def load_split(name: str, split: Split, data: Path, resolution: int = 0, key: str = "") -> LabelledImages:
    """One split of a data set.

    What is small is read each time; the rest is prepared once under `data`/prepared/ and mapped from there.

    Args:
        name: A name in `known_datasets`, or `folder:PATH`.
        split: "train", "validation" or "test"; "train+validation" and "all" join them in this order.
        data: The folder of all data sets.
        resolution: Side in pixels that the images are resized to (bilinear, antialiased); the native side if 0.
        key: Of the content, where the caller has it from `key_of` and the files need not be read to find it.

    Raises:
        UserError: if the name is unknown, the files cannot be had or decoded, or images or labels are not what they
            must be.
    """
    dataset, side = find_dataset(name), side_of(name, resolution)
    key = key or content_key(dataset, data, side, _maker(name))
    shelf = _shelf(name, side, key, data)
    prepared = shelf.find(split)
    if prepared is None:
        source = _source(dataset, data, split, side)
        content = source.content
        if content.ready and len(content.labels) * side**2 <= SMALL:
            images = torch.from_numpy(content.part(0, len(content.labels)))
            return LabelledImages(images, torch.from_numpy(content.labels), content.classes, source.origin())
        prepared = shelf.prepare(split, source)
    images, labels = torch.from_numpy(prepared.images), torch.from_numpy(prepared.labels)
    return LabelledImages(images, labels, prepared.classes, prepared.origin)


def prepared_folder(name: str, splits: Sequence[Split], data: Path, resolution: int = 0, key: str = "") -> Path:
    """Where splits of a data set lie prepared, small ones too, for machines that have nothing else of it.

    Args:
        name: As `load_split` takes it.
        splits: Which.
        data: As `load_split` takes it.
        resolution: As `load_split` takes it.
        key: As `load_split` takes it.

    Raises:
        UserError: as `load_split`.
    """
    dataset, side = find_dataset(name), side_of(name, resolution)
    shelf = _shelf(name, side, key or content_key(dataset, data, side, _maker(name)), data)
    for split in splits:
        if shelf.find(split) is None:
            shelf.prepare(split, _source(dataset, data, split, side))
    return shelf.folder


def _shelf(name: str, side: int, key: str, data: Path) -> PreparedCache:
    return PreparedCache(data / "prepared" / f"{slug(name)}-{side}-{key}")


def _source(dataset: Dataset, data: Path, split: Split, side: int) -> Source:
    """What a split is made from: images of the right side."""
    content = _read(dataset, data, split, side)
    origin = content.origin or partial(_resized_from, content, side)
    if not content.decoding:  # what is decoded has the right size already
        content = replace(content, part=partial(_sized, content, side))
    return Source(f"{dataset.name}, {split}", content, origin)


def _read(dataset: Dataset, data: Path, split: Split, side: int) -> Content:
    contents = [held_to_rules(dataset.read(data, part, side), f"{dataset.name!r}, {part}") for part in parts_of(split)]
    return contents[0] if len(contents) == 1 else reduce(joined, contents)


def _resized_from(content: Content, side: int) -> Origin | None:
    """What images of one size were before `_sized`."""
    if not len(content.labels):
        return None
    height, width = content.part(0, 1).shape[-2:]
    return origin_of([(width, height)], side, RESIZED)


def _sized(content: Content, side: int, start: int, stop: int) -> Pixels:
    """Some images (N, C, side, side), contiguous."""
    images = torch.from_numpy(content.part(start, stop))
    if images.shape[-2:] != (side, side):
        # Imported here for the seconds that it takes, which a data set of the right size does without.
        from torchvision.transforms.v2.functional import resize

        images = resize(images, [side, side], antialias=True)
    pixels: Pixels = images.contiguous().numpy()
    return pixels
