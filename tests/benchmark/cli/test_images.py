"""`ganbench sample`: pictures of a finished run's generator; `score` is held in tests/benchmark/commands."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_study import FinishedStudy
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor

from benchmark.artifacts.weights import read_generator
from benchmark.pixels import to_uint8
from benchmark.records import GENERATOR_FILE
from benchmark.training.sampling import generate

Command = Callable[..., tuple[int, str, str]]


def tiles(path: Path, rows: int, columns: int) -> Tensor:
    """The images of a grid (rows, columns, 8, 8): every fourth pixel of the magnified digits."""
    with Image.open(path) as picture:
        assert picture.size == (columns * 34 + 2, rows * 34 + 2)
        grid = pil_to_tensor(picture)[0]
    cut = [[grid[2 + 34 * r : 34 + 34 * r, 2 + 34 * c : 34 + 34 * c] for c in range(columns)] for r in range(rows)]
    return torch.stack([torch.stack(row) for row in cut])[:, :, ::4, ::4]


def latents(seed: int, *shape: int) -> Tensor:
    """From WGAN's prior, uniform over [-1, 1]."""
    return torch.rand(*shape, 100, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_samples_are_drawn_from_the_first_final_run(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> None:
    output = tmp_path / "new" / "drawn.png"
    arguments = ("sample", "wgan", "--study", "tiny", "--images", "16", "--seed", "3", "--output", str(output))
    code, out, _ = ganbench(*arguments, where=finished.paths.root)
    assert code == 0
    assert out == f"16 images: {output}\n"
    generator = read_generator(finished.work / "wgan-final-0000" / GENERATOR_FILE).module
    expected = to_uint8(generate(generator, (latents(3, 16),)))
    assert torch.equal(tiles(output, 2, 8).flatten(0, 1), expected[:, 0])


def test_a_walk_ends_at_the_images_of_its_two_latents(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    output, weights = tmp_path / "walk.png", finished.work / "wgan-final-0001" / GENERATOR_FILE
    arguments = ("sample", str(weights), "--study", "tiny", "--walk", "5", "--seed", "3", "--output", str(output))
    code, out, _ = ganbench(*arguments, where=finished.paths.root)
    assert code == 0
    assert out == f"40 images: {output}\n"
    walked = tiles(output, 8, 5).int()
    ends = latents(3, 2, 8, 1)[:, :, 0]
    for column, end in ((0, ends[0]), (-1, ends[1])):
        expected = to_uint8(generate(read_generator(weights).module, (end,)))[:, 0].int()
        # Batches of another size differ by rounding, which may show in the last bit.
        assert (walked[:, column] - expected).abs().max() <= 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("dcgan", "no finished run 'dcgan' in study tiny-"),
        ("no.safetensors", "no.safetensors: no such file; it is "),
    ],
)
def test_samples_of_what_does_not_exist_are_refused(
    source: str, message: str, ganbench: Command, finished: FinishedStudy
) -> None:
    code, _, err = ganbench("sample", source, "--study", "tiny", where=finished.paths.root)
    assert code == 2
    assert err.startswith(f"ganbench: {message}")
    assert len(err.splitlines()) == 1


def test_an_array_and_single_pictures_hold_the_images_that_a_sheet_shows(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    weights = finished.work / "wgan-final-0000" / GENERATOR_FILE
    expected = to_uint8(generate(read_generator(weights).module, (latents(3, 20),)))
    (tmp_path / "there").mkdir()
    for output in ("few.npz", "FEW.NPZ", "new/", "there"):
        words = ("sample", str(weights), "--images", "20", "--seed", "3", "--output", f"{tmp_path}/{output}")
        code, out, _ = ganbench(*words, "--study", "tiny", where=finished.paths.root)
        assert (code, out) == (0, f"20 images: {tmp_path / output}\n")
    for array in ("few.npz", "FEW.NPZ"):
        assert torch.equal(torch.from_numpy(np.load(tmp_path / array)["arr_0"]), expected.permute(0, 2, 3, 1))
    for folder in ("new", "there"):
        files = sorted((tmp_path / folder).iterdir())
        assert [file.name for file in files] == [f"{number:04}.png" for number in range(20)]
        assert torch.equal(torch.stack([pil_to_tensor(Image.open(file)) for file in files]), expected)


def test_what_is_drawn_into_a_file_or_a_folder_scores_as_the_generator(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    weights, found = str(finished.work / "wgan-final-0000" / GENERATOR_FILE), []
    for output in ("few.npz", "few/"):
        drawn = ("sample", weights, "--images", "80", "--study", "tiny", "--output", f"{tmp_path}/{output}")
        assert ganbench(*drawn, where=finished.paths.root)[0] == 0
    for source, more in ((f"{tmp_path}/few.npz", ()), (f"{tmp_path}/few", ()), (weights, ("--set", "score.images=80"))):
        code, out, _ = ganbench("score", source, "--set", "score.metrics=fid", *more, "--json", where=tmp_path)
        assert code == 0
        found.append(json.loads(out)["scores"]["fid"])
    assert found == [pytest.approx(found[0], rel=1e-6)] * 3


def test_single_pictures_of_a_walk_are_magnified_where_it_is_asked_for(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    weights = str(finished.work / "wgan-final-0000" / GENERATOR_FILE)
    words = ("sample", weights, "--study", "tiny", "--walk", "3", "--scale", "2", "--output", f"{tmp_path}/walk/")
    assert ganbench(*words, where=finished.paths.root)[0] == 0
    files = sorted((tmp_path / "walk").iterdir())
    assert len(files) == 8 * 3
    assert {Image.open(file).size for file in files} == {(16, 16)}


@pytest.mark.parametrize("output", ["studies", "studies/tiny.toml/drawn.png"])
def test_a_picture_that_cannot_be_written_is_refused(output: str, ganbench: Command, finished: FinishedStudy) -> None:
    code, _, err = ganbench("sample", "wgan", "--study", "tiny", "--output", output, where=finished.paths.root)
    assert code == 2
    assert output in err
    assert len(err.splitlines()) == 1


def test_a_walk_moves_where_the_file_is_an_animation(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    weights, output = finished.work / "wgan-final-0001" / GENERATOR_FILE, tmp_path / "walk.webp"
    arguments = ("sample", str(weights), "--walk", "5", "--scale", "3", "--seed", "3", "--output", str(output))
    code, _, _ = ganbench(*arguments, "--study", "tiny", where=finished.paths.root)
    assert code == 0
    with Image.open(output) as picture:
        assert picture.n_frames == 5 + 3  # there and back
        assert picture.size == (4 * (24 + 2) + 2, 2 * (24 + 2) + 2)


def test_images_that_do_not_walk_do_not_move(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> None:
    weights = finished.work / "wgan-final-0001" / GENERATOR_FILE
    arguments = ("sample", str(weights), "--study", "tiny", "--output", str(tmp_path / "few.gif"))
    code, _, err = ganbench(*arguments, where=finished.paths.root)
    assert code == 2
    assert "--walk 100" in err
    assert not (tmp_path / "few.gif").exists()
