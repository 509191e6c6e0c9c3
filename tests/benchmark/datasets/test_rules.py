"""Data sets that give something else than they must, each with its line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmark.datasets.catalog import DATASETS, load_split
from benchmark.datasets.dataset import Content
from benchmark.datasets.rules import held_to_rules
from benchmark.errors import UserError

LABELS = np.arange(6, dtype=np.int64) % 3


def images(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    return np.zeros(shape, dtype=dtype)


def reading(content: Content) -> Callable[..., Content]:
    return lambda *_: content


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_as_it_must_be_is_left_as_it_is(channels: int) -> None:
    given = np.arange(6 * channels * 64, dtype=np.int64).astype(np.uint8).reshape(6, channels, 8, 8)
    content = held_to_rules(Content.of(given, LABELS, 3), "'mine', test")
    assert (content.part(2, 5) == given[2:5]).all()
    assert content.ready
    assert content.labels is LABELS


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (images(6, 1, 8, 8, dtype=np.float32), "float32 (6, 1, 8, 8)"),
        (images(6, 8, 8), "uint8 (6, 8, 8)"),
        (images(6, 8, 8, 3), "uint8 (6, 8, 8, 3)"),  # channels last
        (images(6, 1, 8, 8, dtype=np.int64), "int64 (6, 1, 8, 8)"),
        (images(6, 2, 8, 8), "uint8 (6, 2, 8, 8)"),
    ],
)
def test_images_of_another_kind(given: np.ndarray, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for ready in (True, False):  # read each time, or prepared once
        content = replace(Content.of(given, LABELS, 3), ready=ready)
        monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], read=reading(content)))
        with pytest.raises(
            UserError, match=r"^dataset 'digits', test: its images are .*; must be uint8 \(N, C, H, W\)"
        ):
            load_split("digits", "test", tmp_path)
    with pytest.raises(UserError) as refused:
        held_to_rules(content, "'mine', test").part(0, 6)
    assert str(refused.value) == f"dataset 'mine', test: its images are {told}; must be uint8 (N, C, H, W), C 1 or 3"


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (LABELS.astype(np.int32), "its labels are int32 (6,); must be int64 (N,)"),
        (LABELS[:, None], "its labels are int64 (6, 1); must be int64 (N,)"),
        (LABELS + 1, "its labels are 1 to 3; must be 0 to 2, of its classes"),
        (LABELS - 1, "its labels are -1 to 1; must be 0 to 2, of its classes"),
    ],
)
def test_labels_of_another_kind(labels: np.ndarray, told: str) -> None:
    with pytest.raises(UserError) as refused:
        held_to_rules(Content.of(images(6, 1, 8, 8), labels, 3), "'mine', test")
    assert str(refused.value) == f"dataset 'mine', test: {told}"


def test_other_counts_of_images_and_labels() -> None:
    given = images(5, 1, 8, 8)
    content = held_to_rules(Content(LABELS, 3, lambda start, stop: given[start:stop]), "'mine', test")
    with pytest.raises(UserError, match=r"^dataset 'mine', test: it gives 5 images for 6 labels$"):
        content.part(0, 6)


def test_what_is_read_is_a_content() -> None:
    told = "dataset 'mine', train: what its read gives is of type ndarray; must be a Content, as Content.of makes one"
    with pytest.raises(UserError) as refused:
        held_to_rules(images(2, 1, 8, 8), "'mine', train")  # type: ignore[arg-type]
    assert str(refused.value) == told
