"""Which split and class a picture has by its path."""

from collections import Counter
from pathlib import Path

import pytest

from benchmark.datasets.folder_layout import lay_out, split_named, split_of
from benchmark.errors import UserError

ROOT = Path("photos")


def laid_out(*paths: str) -> list[tuple[str, str]]:
    layout = lay_out(ROOT, [Path(path) for path in paths])
    return list(zip(layout.splits, layout.classes, strict=True))


@pytest.mark.parametrize(
    ("names", "split"),
    [
        (("train", "Train", "TRAIN", "training", "Training ", "tRaInInG"), "train"),
        (("val", "VAL", "valid", "Valid", "validation", "Validation"), "validation"),
        (("test", "Test", "testing", "TESTING"), "test"),
        (("cat", "tests", "trainer", "value", "invalid", "", "train1"), None),
    ],
)
def test_names_of_splits_in_any_case_and_spelling(names: tuple[str, ...], split: str | None) -> None:
    assert {split_named(name) for name in names} == {split}


def test_split_folders_and_classes_beneath_them() -> None:
    paths = ("Train/cat/1.png", "TRAIN/dog/deep/2.png", "Valid/cat/3.png", "testing/4.png")
    assert laid_out(*paths) == [("train", "cat"), ("train", "dog"), ("validation", "cat"), ("test", "")]


def test_split_folders_without_train() -> None:
    assert laid_out("valid/a/1.png", "Test/b/2.png") == [("validation", "a"), ("test", "b")]


def test_a_picture_called_like_a_split_is_a_picture() -> None:
    assert laid_out("train", "cat/2.png") == [(split_of(Path("train")), ""), (split_of(Path("cat/2.png")), "cat")]


def test_without_split_folders_names_decide() -> None:
    assert [name for _, name in laid_out("cat/1.png", "dog/x/2.png", "3.png")] == ["cat", "dog", ""]
    assert laid_out("cat/1.png")[0][0] == split_of(Path("cat/1.png"))


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (("train/1.png", "other/2.jpg"), "photos/other/2.jpg: in no split, and photos has train; move it into one"),
        (("Test/1.png", "val/3.png", "2.jpg"), "photos/2.jpg: in no split, and photos has Test, val; move it into one"),
        (
            ("pets/train/1.png",),
            "photos/pets/train: named like a split, and not right beneath photos; give folder:photos/p",
        ),
        (("cat/a/Testing/1.png",), "photos/cat/a/Testing: named like a split"),
        (("train/test/1.png",), "photos/train/test: named like a split"),
    ],
)
def test_what_would_be_misread_is_refused(paths: tuple[str, ...], told: str) -> None:
    with pytest.raises(UserError) as refused:
        laid_out(*paths)
    assert str(refused.value).startswith(told)


def test_an_archive_s_doubled_folder_is_a_class() -> None:
    assert laid_out("train/train/1.png", "test/testing/2.png") == [("train", "train"), ("test", "testing")]


def test_what_is_said_of_a_split_that_is_missing() -> None:
    layout = lay_out(ROOT, [Path("train/1.png"), Path("train/2.png"), Path("Test/3.png")])
    told = "photos: no pictures for validation; train has 2, test has 1: move some of them to photos/val"
    assert layout.missing(ROOT, "validation") == told
    layout = lay_out(ROOT, [Path("1.png")])
    told = "photos: none of its 1 pictures falls to test, to which one in ten does by its name; add pictures, or"
    assert layout.missing(ROOT, "test").startswith(told)
    assert "to which eight in ten do by their names" in layout.missing(ROOT, "train")


def test_shares_of_the_splits() -> None:
    """8 : 1 : 1, within four deviations of what drawing 10,000 times gives."""
    counts = Counter(split_of(Path(f"{number}.png")) for number in range(10_000))
    assert abs(counts["train"] - 8000) < 160
    assert abs(counts["validation"] - 1000) < 120
    assert abs(counts["test"] - 1000) < 120


def test_names_that_may_be_meant_for_splits_are_doubted() -> None:
    odd = (
        "train2017",
        "val2017",
        "trainA",
        "testB",
        "train_set",
        "Test Set",
        "dev",
        "holdout",
        "evaluation",
        "testset",
    )
    plain = ("trains", "tester", "valley", "devices", "evaluations", "attest", "value", "cat", "trained")
    layout = lay_out(ROOT, [Path(name, "1.png") for name in (*odd, *plain)])
    assert set(layout.doubtful()) == {*odd, "trains", "evaluations"}
    assert lay_out(ROOT, [Path("train/train2017/1.png")]).doubtful() == []
