"""What `ganbench score` says of its scores, and what it refuses."""

import json
import re
from pathlib import Path

import pytest
from scored_folders import COUNT, MINE, blurred, ours, write_folder

from benchmark.commands.score import scoring
from benchmark.datasets.catalog import load_split
from benchmark.errors import UserError

ROOT = Path(__file__).parents[3]


def test_a_protocol_needs_its_number_of_images(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="generated: 200 images; protocol 'quick' asks for 1000"):
        ours(folders[0], "digits", tmp_path, protocol="quick")
    enough = write_folder(tmp_path / "enough", blurred(load_split("digits", "all", tmp_path).images[:1100], 1))
    found = ours(enough, "digits", tmp_path, protocol="quick")
    assert (found.protocol.name, found.protocol.generated_images) == ("quick", 1000)


@pytest.mark.parametrize(
    ("source", "message"),
    [("absent", "absent: no such folder or file"), ("few", "few: 3 images; at least 16 are needed")],
)
def test_sources_that_cannot_be_scored(source: str, message: str, folders: tuple[Path, Path], tmp_path: Path) -> None:
    if source == "few":
        write_folder(tmp_path / "few", load_split("digits", "test", tmp_path).images[:3])
    with pytest.raises(UserError, match=message):
        ours(tmp_path / source, "digits", tmp_path)


def test_a_folder_with_the_name_of_a_data_set_is_said_to_be_one(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known about the data set is not known about the folder."""
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "gaussians-ring", load_split("digits", "test", tmp_path).images[:COUNT])
    found = ours(folders[0], "gaussians-ring", tmp_path, "score.extractor=pixels")
    assert found.protocol.dataset == "folder:gaussians-ring"
    assert "200 of the folder gaussians-ring, not the data set of that name (all); " in found.sentence()
    assert "modes" not in found.scores
    asked = 'score.metrics=["fid", "known_truth"]'
    with pytest.raises(UserError, match="nothing is known about dataset 'folder:gaussians-ring'"):
        ours(folders[0], "gaussians-ring", tmp_path, "score.extractor=pixels", asked)
    (tmp_path / "gaussians-ring").rename(tmp_path / "elsewhere")
    assert ours(folders[0], "gaussians-ring", tmp_path, "score.extractor=pixels").scores["modes"] >= 0


def test_what_scores_rest_on_is_said(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """200 images of 8x8 beside 200 of 16x16 pixels, 192 features; then beside 60."""
    double = load_split("digits", "test", tmp_path, resolution=16).images
    real = write_folder(tmp_path / "double", double[:COUNT])
    found = ours(folders[0], str(real), tmp_path, "score.extractor=pixels")
    assert (found.protocol.real_sizes, found.protocol.generated_sizes) == ("16x16", "8x8")
    assert [line.split(" pixels")[0] for line in found.cautions] == ["Real images of 16x16 and generated ones of 8x8"]
    few = write_folder(tmp_path / "few", double[:60])
    found = ours(folders[0], str(few), tmp_path, "score.extractor=pixels", "resolution=8")
    assert (found.protocol.real_sizes, found.protocol.real_resize) == ("16x16", "centre square, bilinear, antialiased")
    assert (found.protocol.generated_sizes, found.protocol.generated_resize) == ("8x8", "none")
    assert found.protocol.kid_subset_size == 60
    assert [line[:60] for line in found.cautions] == [
        "60 real images are too few for 192 features: their covarianc",
        "KID's subsets have 60 images, not the 200 of score.kid_subse",
    ]
    assert json.loads(found.to_json())["cautions"] == list(found.cautions)


def test_a_folder_needs_another_extractor_or_a_word(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"extractor 'digits-cnn': was made for digits, digits-200, and says nothing of 'folder:"
    ):
        ours(folders[0], str(folders[1]), tmp_path)


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="x: File name too long"):
        ours(Path("x" * 300), "digits", tmp_path)


def test_a_set_against_itself_or_a_part_of_itself_is_said_to_be_one(folders: tuple[Path, Path], tmp_path: Path) -> None:
    real = folders[1]
    part = write_folder(tmp_path / "part", load_split("digits", "test", tmp_path).images[50:150])

    def said(source: Path, against: str) -> list[str]:
        return [line for line in ours(source, against, tmp_path, MINE).cautions if "to the last pixel" in line]

    assert said(real, str(real)) == [
        "A set is scored against itself: each of its 200 images is among the real ones, to the last pixel."
    ]
    (whole,) = said(part, str(real))
    assert whole.startswith("A part is scored against its whole: each of the 100 images is among the 200 real ones")
    assert said(real, str(part))[0].startswith("A set is scored against a part of itself: each of the 100 real images")
    assert said(part, "digits")[0].startswith(
        "A part is scored against its whole: each of the 100 images is among the 450"
    )
    assert said(folders[0], str(real)) == []


@pytest.mark.parametrize(
    ("given", "added"),
    [
        (["score.metrics=kid"], ("score.objective=kid",)),
        (['score.metrics=["kid", "fid"]'], ("score.objective=fid",)),
        (["score.metrics=kid", "score.objective=kid"], ()),
        (["resolution=8", "score.images=150"], ()),
    ],
)
def test_metrics_may_be_any_since_nothing_is_minimised(given: list[str], added: tuple[str, ...]) -> None:
    assert scoring(given) == (*given, *added)


@pytest.mark.parametrize(
    ("against", "told"),
    [
        ("MISSING", "unknown dataset, folder or file 'MISSING': did you mean 'mnist'? Known: digits, mnist, "),
        ("nowhere/at.npz", "--against nowhere/at.npz: no such folder or file"),
        ("bb/", "--against bb/: no such folder or file"),
        ("statistics.npz", "--against statistics.npz: no such folder or file"),
        ("folder:nope", "nope: no such folder"),
    ],
)
def test_what_is_not_there_is_told_before_what_is_wrong_with_the_rest(against: str, told: str, tmp_path: Path) -> None:
    """These pictures are of two sizes."""
    images = load_split("digits", "test", tmp_path).images[:40]
    folder = write_folder(tmp_path / "mixed", images)
    write_folder(folder / "small", images[:, :, :4, :4])
    with pytest.raises(UserError) as refused:
        ours(folder, against, tmp_path)
    assert str(refused.value).startswith(told)


def test_a_split_that_is_too_small_points_at_the_whole_folder(tmp_path: Path) -> None:
    """Of 60 pictures a tenth is the test split."""
    images = load_split("digits", "test", tmp_path).images
    folder, real = write_folder(tmp_path / "mine", images[:40]), write_folder(tmp_path / "real", images[40:100])
    values = ("score.extractor=pixels", "score.metrics=kid", "score.objective=kid", "resolution=8")
    with pytest.raises(UserError) as refused:
        ours(folder, f"folder:{real}", tmp_path, *values)
    assert re.fullmatch(
        rf"dataset 'folder:{real}': \d test images; at least 16 are needed; {real} without folder: takes all",
        str(refused.value),
    )
    assert ours(folder, str(real), tmp_path, *values).protocol.real_images == 60
