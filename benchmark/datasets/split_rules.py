"""What splits must be to each other, and to themselves when they are read again: looked at before anything trains."""

from collections.abc import Callable, Iterable
from itertools import combinations

import torch
from torch import Tensor

from benchmark.datasets.catalog import SMALL, parts_of
from benchmark.errors import UserError
from benchmark.records import Split

# Of a data set's images so many are looked at for how bright they are.
SOME = 1000


def check_splits(name: str, train_split: Split, scored: Iterable[Split], load: Callable[[Split], Tensor]) -> None:
    """Refuse splits that would make scores mean something else.

    Args:
        name: Of the data set.
        train_split: What is trained on.
        scored: What is scored against, trials first. One that is trained on by somebody's wish may be.
        load: `(split) -> images (N, C, H, W)`, read anew where they are not prepared.

    Raises:
        UserError: if a split is not what `check_split` asks for, or is the images of another one under another name.
    """
    found = {split: load(split) for split in dict.fromkeys((train_split, *scored))}
    for split, images in found.items():
        check_split(name, split, images, load)
    for first, second in combinations(found, 2):
        if not set(parts_of(first)) & set(parts_of(second)) and torch.equal(found[first], found[second]):
            told = "runs would be scored on what they train on"
            if first != train_split:
                told = "final runs would be scored on what their settings were searched with"
            raise UserError(
                f"dataset {name!r}: its {first} and {second} splits are the same {len(found[first])} images, so that "
                f"{told}; must have none in common, as seeds of their own make them"
            )


def check_split(name: str, split: Split, images: Tensor, load: Callable[[Split], Tensor]) -> None:
    """Refuse a split that is other images each time it is read, or black.

    Args:
        name: Of the data set.
        split: Which.
        images: (N, C, H, W), as it was read.
        load: `(split) -> images`, read anew where they are not prepared.

    Raises:
        UserError: if it is.
    """
    # What is large is prepared, and so read but once.
    if images[:, 0].numel() <= SMALL and not torch.equal(images, load(split)):
        raise UserError(
            f"dataset {name!r}: its {split} split is other images when it is read again; must be the same at every "
            "call, as fixed seeds make it"
        )
    if len(images) and (brightest := int(images[:SOME].max())) <= 1:
        raise UserError(
            f"dataset {name!r}: no value of the images of its {split} split is above {brightest}; must be from 0 to "
            "255, as 255 * x makes them of numbers in [0, 1]"
        )
