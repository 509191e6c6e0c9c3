"""Splits that are what they must be, and those that are refused, each with its line."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from benchmark.datasets import split_rules
from benchmark.datasets.split_rules import check_splits
from benchmark.errors import UserError
from benchmark.records import Split


def made(**seeds: int) -> Callable[[Split], Tensor]:
    """Images of a split, drawn from its seed."""

    def load(split: Split) -> Tensor:
        draw = torch.Generator().manual_seed(seeds[split])
        return torch.randint(0, 256, (20, 1, 4, 4), generator=draw, dtype=torch.uint8)

    return load


def test_splits_of_their_own_are_allowed() -> None:
    check_splits("mine", "train", ("validation", "test"), made(train=0, validation=1, test=2))
    # What trials and final runs are scored against may be one split.
    check_splits("mine", "train", ("validation", "validation"), made(train=0, validation=1))


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_split_that_is_what_is_trained_on_is_refused(split: Split) -> None:
    seeds = {"train": 0, "validation": 1, "test": 2, split: 0}
    with pytest.raises(UserError) as refused:
        check_splits("mine", "train", ("validation", "test"), made(**seeds))
    assert str(refused.value) == (
        f"dataset 'mine': its train and {split} splits are the same 20 images, so that runs would be scored on what "
        "they train on; must have none in common, as seeds of their own make them"
    )


def test_a_split_for_the_search_that_is_that_of_the_final_runs_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        check_splits("mine", "train", ("validation", "test"), made(train=0, validation=1, test=1))
    assert str(refused.value) == (
        "dataset 'mine': its validation and test splits are the same 20 images, so that final runs would be scored on "
        "what their settings were searched with; must have none in common, as seeds of their own make them"
    )


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize(("brightest", "allowed"), [(0, False), (1, False), (2, True), (255, True)])
def test_black_images_are_refused(split: Split, brightest: int, allowed: bool) -> None:
    def load(asked: Split) -> Tensor:
        images = made(train=0, validation=1, test=2)(asked)
        return images.clamp(max=brightest) if asked == split else images

    if allowed:
        check_splits("mine", "train", ("validation", "test"), load)
        return
    with pytest.raises(UserError) as refused:
        check_splits("mine", "train", ("validation", "test"), load)
    assert str(refused.value) == (
        f"dataset 'mine': no value of the images of its {split} split is above {brightest}; must be from 0 to 255, as "
        "255 * x makes them of numbers in [0, 1]"
    )


@pytest.mark.parametrize(
    ("train_split", "scored"),
    [("test", ("test",)), ("train+validation", ("validation",)), ("all", ("test",))],
)
def test_what_is_trained_on_by_wish_may_be_scored_against(train_split: Split, scored: Sequence[Split]) -> None:
    check_splits("mine", train_split, scored, lambda split: torch.full((20, 1, 4, 4), 9, dtype=torch.uint8))


def changing(split: Split, calls: list[Split], more: int = 0) -> Callable[[Split], Tensor]:
    """Images of which one pixel counts how often the split was read, and as many more images."""

    def load(asked: Split) -> Tensor:
        calls.append(asked)
        images = made(train=0, validation=1, test=2)(asked)
        if asked == split:
            images[3, 0, 2, 1] = calls.count(split)
        return torch.cat([images, images[: more * calls.count(split)]])

    return load


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("more", [0, 1])
def test_a_split_that_changes_between_two_calls_is_refused(split: Split, more: int) -> None:
    with pytest.raises(UserError) as refused:
        check_splits("mine", "train", ("validation", "test"), changing(split, [], more))
    assert str(refused.value).startswith("dataset 'mine': its ")
    assert str(refused.value).endswith(
        "split is other images when it is read again; must be the same at every call, as fixed seeds make it"
    )
    if not more:
        assert f"its {split} split" in str(refused.value)


def test_what_is_large_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Split] = []
    monkeypatch.setattr(split_rules, "SMALL", 20 * 4 * 4 - 1)
    check_splits("mine", "train", ("test",), changing("train", calls))
    assert calls == ["train", "test"]
