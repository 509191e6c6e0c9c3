"""What the name of a file of new images asks for."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmark.commands.drawn_files import Kind, kind_of, write_drawn
from benchmark.errors import UserError


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("few.png", Kind.SHEET),
        ("few.PNG", Kind.SHEET),
        ("few.npz", Kind.ARRAY),
        ("few/", Kind.PICTURES),
        ("few.npz/", Kind.PICTURES),
        (".", Kind.PICTURES),
        ("few.webp", Kind.MOTION),
    ],
)
def test_a_name_says_what_is_written(output: str, kind: Kind) -> None:
    assert kind_of(output, walks=True, scale=0) is kind


@pytest.mark.parametrize("output", ["few", "few.jpg", "few.npy", "few.npz.zip", ".png"])
def test_another_ending_is_refused_with_those_that_are_allowed(output: str) -> None:
    with pytest.raises(UserError) as refused:
        kind_of(output, walks=False, scale=0)
    assert str(refused.value) == (
        f"--output {output!r}: must end in .png (one sheet), in .npz (images that ganbench score reads), in / "
        "(a folder of single PNGs), or with --walk in .gif, .webp, .apng"
    )


def test_colours_arrive_in_arrays_and_pictures(tmp_path: Path) -> None:
    images = torch.arange(2 * 3 * 4 * 4, dtype=torch.uint8).view(2, 3, 4, 4)
    write_drawn(images, tmp_path / "a.npz", Kind.ARRAY, 0, 0)
    write_drawn(images, tmp_path, Kind.PICTURES, 0, 0)
    expected = images.permute(0, 2, 3, 1).numpy()
    assert np.array_equal(np.load(tmp_path / "a.npz")["arr_0"], expected)
    for number, name in enumerate(("0000.png", "0001.png")):
        assert np.array_equal(np.asarray(Image.open(tmp_path / name)), expected[number])


def test_numbers_have_as_many_digits_as_the_last_one_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that their order by name is that of the images."""
    monkeypatch.setattr("benchmark.commands.drawn_files.FEWEST_DIGITS", 1)
    write_drawn(torch.zeros(11, 1, 1, 1, dtype=torch.uint8), tmp_path, Kind.PICTURES, 0, 0)
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"{number:02}.png" for number in range(11)]
