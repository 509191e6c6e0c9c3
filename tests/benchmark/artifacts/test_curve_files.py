"""Curves as a table, and as pictures in which every line is where its values are."""

from pathlib import Path

from PIL import Image
from torchvision.transforms.functional import pil_to_tensor

from benchmark.artifacts.curve_files import plot_curves, write_curves
from benchmark.records import Curves

CURVES: Curves = {
    "loss_discriminator": ((10, 1.5), (20, 1.25)),
    "loss_generator": ((20, 0.75),),
    "output_real": ((10, 0.5), (20, 0.625)),
    "output_fake": ((10, 0.25), (20, 0.125)),
}


def test_a_row_a_point_and_nothing_where_a_curve_has_none(tmp_path: Path) -> None:
    write_curves(CURVES, tmp_path / "new" / "curves.csv")
    assert (tmp_path / "new" / "curves.csv").read_text() == (
        "step,loss_discriminator,loss_generator,output_real,output_fake\n10,1.5,,0.5,0.25\n20,1.25,0.75,0.625,0.125\n"
    )


def rows_of(path: Path, colour: tuple[int, int, int]) -> list[int]:
    """In which rows of a picture a colour stands, in its middle: not in the legend."""
    with Image.open(path) as picture:
        assert picture.size == (960, 540)
        pixels = pil_to_tensor(picture.convert("RGB"))
    column = pixels[:, :, 440]
    return [row for row in range(540) if all(abs(int(column[c, row]) - colour[c]) < 30 for c in range(3))]


def test_the_higher_curve_is_drawn_above(tmp_path: Path) -> None:
    """D(x) in matplotlib's first colour, D(G(z)) in its second; 540 rows from above."""
    plot_curves(CURVES, ("output_real", "output_fake"), "D(x)", tmp_path / "outputs.png")
    real, fake = (rows_of(tmp_path / "outputs.png", colour) for colour in ((31, 119, 180), (255, 127, 14)))
    assert real
    assert fake
    assert max(real) < min(fake)


def test_a_curve_without_points_is_no_error(tmp_path: Path) -> None:
    empty = dict.fromkeys(CURVES, ())
    plot_curves(empty, ("loss_discriminator", "loss_generator"), "nothing yet", tmp_path / "losses.png")
    write_curves(empty, tmp_path / "curves.csv")
    assert (tmp_path / "losses.png").stat().st_size > 1000
    assert len((tmp_path / "curves.csv").read_text().splitlines()) == 1


def test_a_title_is_no_formula(tmp_path: Path) -> None:
    plot_curves(CURVES, ("output_real",), "on folder:/data/$a_$", tmp_path / "outputs.png")
    assert (tmp_path / "outputs.png").stat().st_size > 1000
