"""What a data set must give, looked at as it is read: images of bytes, four axes, and labels that count classes."""

from dataclasses import replace
from functools import partial

import numpy as np

from benchmark.datasets.dataset import Content, Pixels
from benchmark.errors import UserError


def held_to_rules(content: Content, name: str) -> Content:
    """The content of a data set, whose parts are looked at when they are read.

    Args:
        content: As the data set gives it.
        name: Of the data set and split, for people.

    Raises:
        UserError: if its labels are not what they must be; its parts raise it if images are not.
    """
    if not isinstance(content, Content):
        given = f"of type {type(content).__name__}"
        raise UserError(f"dataset {name}: what its read gives is {given}; must be a Content, as Content.of makes one")
    labels = np.asarray(content.labels)
    if labels.dtype != np.int64 or labels.ndim != 1:
        given = f"{labels.dtype} {tuple(labels.shape)}"
        raise UserError(f"dataset {name}: its labels are {given}; must be int64 (N,)")
    if len(labels) and not 0 <= labels.min() <= labels.max() < content.classes:
        given = f"{labels.min()} to {labels.max()}"
        raise UserError(f"dataset {name}: its labels are {given}; must be 0 to {content.classes - 1}, of its classes")
    return replace(content, part=partial(_part, content, name))


def _part(content: Content, name: str, start: int, stop: int) -> Pixels:
    images = content.part(start, stop)
    shape = tuple(images.shape)
    if images.dtype != np.uint8 or len(shape) != 4 or shape[1] not in (1, 3):
        raise UserError(f"dataset {name}: its images are {images.dtype} {shape}; must be uint8 (N, C, H, W), C 1 or 3")
    if len(images) != stop - start:
        raise UserError(f"dataset {name}: it gives {len(images)} images for {stop - start} labels")
    return images
