import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.datasets.catalog import find_dataset, key_of, load_split
from benchmark.datasets.folder import pictures
from benchmark.datasets.folder_layout import split_of
from benchmark.errors import UserError
from tools.fuzz.sandbox import peak_memory


def write(path, value, size=(12, 10), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)


@pytest.fixture
def photos(tmp_path):
    for number in range(40):
        write(tmp_path / "photos" / f"{number:03d}.png", (number, 0, 0), (12 + number, 10))
    return tmp_path / "photos"


def load(folder, tmp_path, split="train", resolution=8):
    return load_split(f"folder:{folder}", split, tmp_path / "data", resolution)


def test_every_picture_is_in_one_split(photos, tmp_path):
    splits = {split: load(photos, tmp_path, split) for split in ("train", "validation", "test")}
    seen = Counter(int(image[0, 0, 0]) for split in splits.values() for image in split.images)
    assert seen == Counter(range(40))
    assert all(split.classes == 1 for split in splits.values())
    assert splits["train"].images.shape[1:] == (3, 8, 8)
    everything = load(photos, tmp_path, "all").images[:, 0, 0, 0].tolist()
    assert everything == [int(i[0, 0, 0]) for name in ("train", "validation", "test") for i in splits[name].images]


def test_a_picture_stays_in_its_split_when_others_come(photos, tmp_path):
    before = set(load(photos, tmp_path).images[:, 0, 0, 0].tolist())
    for number in range(100, 140):
        write(photos / f"{number}.png", (number, 0, 0))
    after = set(load(photos, tmp_path).images[:, 0, 0, 0].tolist())
    assert after & set(range(40)) == before


def test_named_splits_and_classes(tmp_path):
    for split, names in {"train": ("cat", "dog"), "val": ("dog",), "test": ("cat",)}.items():
        for name in names:
            write(tmp_path / "pets" / split / name / "1.jpg", (200, 100, 50))
    assert load(tmp_path / "pets", tmp_path).labels.tolist() == [0, 1]
    assert load(tmp_path / "pets", tmp_path, "validation").labels.tolist() == [1]
    test = load(tmp_path / "pets", tmp_path, "test")
    assert (test.labels.tolist(), test.classes) == ([0], 2)
    write(tmp_path / "pets" / "other" / "2.jpg", (0, 0, 0))
    with pytest.raises(
        UserError, match=r"other/2.jpg: in no split, and .*/pets has test, train, val; move it into one"
    ):
        load(tmp_path / "pets", tmp_path)


def test_grey_pictures_stay_grey(tmp_path):
    for number in range(30):
        write(tmp_path / "grey" / f"{number}.png", number, mode="L")
    assert load(tmp_path / "grey", tmp_path).images.shape[1] == 1
    write(tmp_path / "grey" / "colour.png", (1, 2, 3))
    assert load(tmp_path / "grey", tmp_path).images.shape[1] == 3


def test_one_pixel_that_changes_is_seen(photos, tmp_path):
    before = load(photos, tmp_path)
    chosen = next(path for path in sorted(photos.iterdir()) if split_of(path.relative_to(photos)) == "train")
    with Image.open(chosen) as picture:
        picture.putpixel((picture.width // 2, 5), (255, 255, 255))
        picture.save(chosen)
    after = load(photos, tmp_path)
    assert (after.images != before.images).flatten(1).any(1).sum() == 1


def test_broken_pictures_are_named_and_nothing_is_left_out(photos, tmp_path):
    broken = sorted(path for path in photos.iterdir() if split_of(path.relative_to(photos)) == "train")[:2]
    for path in broken:
        path.write_bytes(path.read_bytes()[:45])
    with pytest.raises(UserError, match=f"{broken[0]}: cannot be read as a picture .*; and 1 more files"):
        load(photos, tmp_path)
    for number, path in enumerate(broken):
        write(path, (50 + number, 0, 0))
    assert {50, 51} <= set(load(photos, tmp_path).images[:, 0, 0, 0].tolist())


def test_a_folder_of_nothing_but_broken_pictures(tmp_path):
    (tmp_path / "broken").mkdir()
    for number in range(20):
        (tmp_path / "broken" / f"{number}.png").write_bytes(b"nothing")
    with pytest.raises(UserError, match=r"cannot be read as a picture \(cannot identify image file .*; and 1\d more"):
        load(tmp_path / "broken", tmp_path)


def test_other_files_are_left_out_with_a_word(photos, capsys):
    for name in ("notes.txt", "paper.pdf", "figure.eps", "table.h5", "film.mpg", "stars.fits", "weather.grib"):
        (photos / name).write_text("hello")
    (photos / ".hidden").write_text("hello")
    assert len(pictures(photos)) == 40
    told = f"{photos}: left out, no pictures by their names: {photos / 'figure.eps'} and 6 more"
    assert capsys.readouterr().err == f"ganbench: {told}\n"


@pytest.mark.parametrize("make", [False, True])
def test_no_pictures(tmp_path, make):
    folder = tmp_path / "empty"
    if make:
        folder.mkdir()
    with pytest.raises(UserError, match=f"{folder}: {'holds no pictures' if make else 'no such folder'}"):
        load(folder, tmp_path)
    problem = find_dataset(f"folder:{folder}").problem(tmp_path)
    assert problem == (None if make else f"{folder}: no such folder")


def test_a_side_must_be_given(photos, tmp_path):
    with pytest.raises(UserError, match="its pictures have no side of their own; give --set resolution=32"):
        load(photos, tmp_path, resolution=0)


def test_the_same_images_whatever_the_order_of_the_threads(photos, tmp_path):
    one, other = (load_split(f"folder:{photos}", "train", tmp_path / place, 8) for place in ("one", "other"))
    np.testing.assert_array_equal(one.images, other.images)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("folder:~nouser/x", "dataset 'folder:~nouser/x': there is no such user here; give the folder's whole path"),
        ("folder:~\0/x", r"dataset 'folder:~\x00/x': there is no such user here; give the folder's whole path"),
        ("folder:no\0such", r"no\x00such: "),
        ("folder:", "dataset 'folder:': must name a folder, as in folder:photos"),
        ("folder:  ", "dataset 'folder:  ': must name a folder"),
        (f"folder:{'x' * 300}", f"{'x' * 300}: File name too long"),
        ("folder:no\nsuch\x1b[2J", r"no\nsuch\x1b[2J: no such folder"),
    ],
)
def test_folders_that_cannot_be_named(name, reason, tmp_path):
    with pytest.raises(UserError) as refused:
        load_split(name, "train", tmp_path, 8)
    assert str(refused.value).startswith(reason)
    assert "\n" not in str(refused.value)


def test_the_machine_s_own_folder_is_no_folder_of_pictures():
    """Processes come and go there, and nobody may look at some of it."""
    with pytest.raises(UserError, match=r"^/proc[^\n]*: ") as refused:
        pictures(Path("/proc"))
    assert "\n" not in str(refused.value)


def test_names_that_are_no_text_are_read(tmp_path):
    for number, name in enumerate([b"a\xff.png", b"b\n.png", "\N{GRINNING FACE}.png".encode(), b"c\x1b.PNG"]):
        path = tmp_path / "odd" / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            Image.new("L", (8, 8), number).save(file, "PNG")
    found = load(tmp_path / "odd", tmp_path, "all")
    assert sorted(found.images[:, 0, 0, 0].tolist()) == [0, 1, 2, 3]


def test_what_is_told_of_an_odd_name_is_one_line(tmp_path, capsys):
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "a\n\x1b[2J.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"a\\n\\x1b\[2J.png: cannot be read as a picture") as refused:
        load(folder, tmp_path, "all")
    assert "\n" not in str(refused.value)
    (folder / "b\r.doc").write_bytes(b"")
    pictures(folder)
    assert capsys.readouterr().err.endswith("odd/b\\r.doc\n")


def test_the_largest_picture_decides_how_many_are_decoded_at_a_time(photos, tmp_path):
    content = find_dataset(f"folder:{photos}").read(tmp_path, "train", 8)
    assert content.largest == 51 * 10


def test_many_pictures_take_little_memory(tmp_path):
    """200,000 may take a gigabyte, so one may take 5 kB: what is known of it, and its 192 bytes."""
    count, folder = 4000, tmp_path / "many"
    folder.mkdir()
    first = folder / "first.png"
    Image.new("RGB", (8, 8), (200, 100, 50)).save(first)
    for number in range(count - 1):
        os.link(first, folder / f"{number:06d}.png")
    content = find_dataset(f"folder:{folder}").read(tmp_path, "train", 8)  # what is imported once is
    with peak_memory() as taken:
        assert len(key_of(f"folder:{folder}", 8, tmp_path)) == 16
        content = find_dataset(f"folder:{folder}").read(tmp_path, "train", 8)
        images = content.part(0, len(content.labels))
    assert len(images) == pytest.approx(0.8 * count, rel=0.05)
    assert taken() < count * 5000


def deep(path, values, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path, **options)


RAMP = np.linspace(0, 1, 64).reshape(8, 8)


@pytest.mark.parametrize(
    ("suffix", "values", "depth"),
    [
        ("png", (RAMP * 255).astype(np.uint16), "whole numbers, white is 255"),
        ("png", (RAMP * 4095).astype(np.uint16), "whole numbers, white is 4095"),
        ("png", (RAMP * 65535).astype(np.uint16), "whole numbers, white is 65535"),
        ("tiff", (RAMP * 255).astype(np.int32), "whole numbers, white is 255"),
        ("tiff", (RAMP * 65535).astype(np.int32), "whole numbers, white is 65535"),
        ("tiff", RAMP.astype(np.float32), "floats, white is 1"),
        ("tiff", (RAMP * 255).astype(np.float32), "floats, white is 255"),
        ("pfm", RAMP.astype(np.float32), "floats, white is 1"),
    ],
)
def test_deep_greys_keep_their_ratios_and_the_record_says_by_which_white(suffix, values, depth, tmp_path):
    for number, share in enumerate((1, 4)):
        deep(tmp_path / "grey" / f"train/{number}.{suffix}", (values / share).astype(values.dtype))
    deep(tmp_path / "grey" / f"test/9.{suffix}", values)
    for _ in range(2):  # once as it is prepared, and once from what was prepared
        found = load(tmp_path / "grey", tmp_path)
        assert found.origin.depth == depth
        assert np.abs(found.images[0, 0].numpy() - RAMP * 255).max() <= 1
        assert np.abs(found.images[1, 0].numpy() - RAMP * 255 / 4).max() <= 1


def test_deep_greys_without_a_usual_white_are_refused(tmp_path):
    deep(tmp_path / "grey" / "1.tiff", (RAMP * 3).astype(np.float32))
    with pytest.raises(UserError, match=r"grey/1.tiff: has greys up to 3, the most of all pictures; floats of 0 to 1"):
        load(tmp_path / "grey", tmp_path, "all")


def test_a_split_that_is_missing_says_how_to_get_one(tmp_path):
    write(tmp_path / "pets" / "Train" / "1.png", 0)
    write(tmp_path / "pets" / "Test" / "2.png", 1)
    with pytest.raises(
        UserError, match=r"pets: no pictures for validation; train has 1, test has 1: move some .*/pets/val"
    ):
        load(tmp_path / "pets", tmp_path, "validation")


def test_the_same_picture_in_two_splits_is_named_with_a_count(tmp_path, capsys):
    for number in range(3):
        for split in ("train", "test"):
            write(tmp_path / "pets" / split / f"{number}.png", (number, 0, 0))
    write(tmp_path / "pets" / "val" / "9.png", (9, 0, 0))
    key_of(f"folder:{tmp_path / 'pets'}", 8, tmp_path)
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "the same picture in two splits, which makes scores too good" in told
    assert "train/0.png (train) is " in told
    assert told.endswith("and 2 more\n")


def test_folders_that_links_lead_to_are_read(photos, tmp_path):
    """64 of 128 pictures were seen."""
    for number in range(64):
        write(tmp_path / "elsewhere" / f"{number}.png", number, mode="L")
        write(tmp_path / "half" / "a" / f"{number}.png", 64 + number, mode="L")
    (tmp_path / "half" / "b").symlink_to(tmp_path / "elsewhere")
    found = load(tmp_path / "half", tmp_path, "all")
    assert sorted(found.images[:, 0, 0, 0].tolist()) == list(range(128))
    assert (found.classes, found.labels.bincount().tolist()) == (2, [64, 64])


def test_what_pillow_does_not_take_for_a_picture_is_none(tmp_path):
    """Neither is what it would hand to other programs, whatever its name is."""
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\nshowpage\n")
    with pytest.raises(UserError, match=r"a.png: cannot be read as a picture .cannot identify image file"):
        load(tmp_path / "odd", tmp_path, "all")


def test_a_folder_of_a_split_that_is_renamed_is_read_again(tmp_path):
    """What was prepared for one layout is not taken for another: test pictures would be trained on."""
    for number in range(60):
        write(tmp_path / "photos" / "train" / f"{number}.png", (number, 0, 0))
    assert len(load(tmp_path / "photos", tmp_path).images) == 60
    (tmp_path / "photos" / "train").rename(tmp_path / "photos" / "pics")
    parts = [load(tmp_path / "photos", tmp_path, split).images for split in ("train", "validation", "test")]
    assert sum(map(len, parts)) == 60
    assert len(parts[0]) < 60


def test_folders_called_nearly_like_splits_are_told(tmp_path, capsys):
    for name in ("train2017", "val2017", "cat"):
        write(tmp_path / "coco" / name / "1.png", (len(name), 0, 0))
    key_of(f"folder:{tmp_path / 'coco'}", 8, tmp_path)
    told = "taken for classes: train2017, val2017; if they are splits, call them train, val, test"
    assert capsys.readouterr().err == f"ganbench: {tmp_path / 'coco'}: {told}\n"
