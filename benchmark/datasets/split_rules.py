"""What splits must be to each other, and to themselves when they are read again: looked at before anything trains."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from benchmark.datasets.catalog import SMALL, parts_of
from benchmark.errors import UserError
from benchmark.records import Split


def check_splits(name: str, train_split: Split, scored: Iterable[Split], load: Callable[[Split], Tensor]) -> None:
    """Refuse splits that would make scores mean something else.

    Args:
        name: Of the data set.
        train_split: What is trained on.
        scored: What is scored against. One that is trained on by somebody's wish may be.
        load: `(split) -> images (N, C, H, W)`, read anew where they are not prepared.

    Raises:
        UserError: if a split is other images when it is read again, or one that is scored against is what is trained
            on, under another name.
    """
    found = {split: load(split) for split in dict.fromkeys((train_split, *scored))}
    for split, images in found.items():
        check_repeatable(name, split, images, load)
    for split, images in found.items():
        if not set(parts_of(split)) & set(parts_of(train_split)) and torch.equal(images, found[train_split]):
            raise UserError(
                f"dataset {name!r}: its {train_split} and {split} splits are the same {len(images)} images, so that "
                f"runs would be scored on what they train on; must have none in common, as seeds of their own make them"
            )


def check_repeatable(name: str, split: Split, images: Tensor, load: Callable[[Split], Tensor]) -> None:
    """Refuse a split that is other images each time it is read.

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
