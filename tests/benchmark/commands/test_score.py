"""`ganbench score`: our scorer on other people's images, against torch-fidelity's own results."""

import json
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from subprocess import run
from typing import Any

import numpy as np
import pytest
import torch
import torch_fidelity
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny_study import FinishedStudy
from torch import Tensor

from benchmark.commands.score import ImageScores, RealImages, named_split, score_images, scoring
from benchmark.datasets.catalog import load_split
from benchmark.datasets.image_files import read_images
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.scoring.extractors.catalog import digits_cnn, find_extractor, register
from benchmark.spec import spec_of

ROOT = Path(__file__).parents[3]
COUNT = 200
MINE = "score.foreign_extractor=true"  # these folders hold digits, which nobody can know


def blurred(images: Tensor, seed: int) -> Tensor:
    noise = torch.randint(-60, 61, images.shape, generator=torch.Generator().manual_seed(seed))
    return (images.int() + noise).clamp(0, 255).to(torch.uint8)


def write_folder(folder: Path, images: Tensor) -> Path:
    folder.mkdir()
    for number, image in enumerate(images):
        Image.fromarray(image[0].numpy()).save(folder / f"{number:04d}.png")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Digits with noise, and other digits as they are, as pictures."""
    folder = tmp_path_factory.mktemp("folders")
    train, test = (load_split("digits", split, folder).images[:COUNT] for split in ("train", "test"))
    return write_folder(folder / "generated", blurred(train, 0)), write_folder(folder / "real", test)


def ours(
    source: Path, against: str, root: Path, *overrides: str, protocol: str = "", split: str = "test"
) -> ImageScores:
    spec = spec_of({"name": "score", "dataset": against, "protocol": protocol}, overrides, "--set")
    real = RealImages(against, named_split(split))
    return score_images(source, real, spec, Paths(root, root / "data"), "cpu")


def theirs(generated: Path, real: Path, extractor: str, weights: Path, **more: Any) -> dict[str, float]:
    register(find_extractor(extractor))
    metrics: dict[str, float] = torch_fidelity.calculate_metrics(
        input1=str(generated),
        input2=str(real),
        feature_extractor=extractor,
        feature_extractor_weights_path=str(weights),
        fid=True,
        isc=True,
        kid=True,
        prc=True,
        kid_subset_size=100,
        cuda=False,
        cache=False,
        verbose=False,
        **more,
    )
    return metrics


NAMES = {
    "fid": "frechet_inception_distance",
    "inception_score": "inception_score_mean",
    "inception_score_std": "inception_score_std",
    "kid": "kernel_inception_distance_mean",
    "kid_std": "kernel_inception_distance_std",
    "precision": "precision",
    "recall": "recall",
    "precision_recall_f_score": "f_score",
}


def test_the_same_scores_as_torch_fidelity_with_the_digits_network(folders: tuple[Path, Path], tmp_path: Path) -> None:
    generated, real = folders
    found = ours(generated, str(real), tmp_path, "score.kid_subset_size=100", MINE)
    weights = find_extractor("digits-cnn").weights(tmp_path)
    assert weights is not None
    expected = theirs(generated, real, "digits-cnn", weights)
    for name, their_name in NAMES.items():
        assert found.scores[name] == pytest.approx(expected[their_name], rel=1e-6), name
    assert (found.protocol.split, found.protocol.real_images) == ("all", COUNT)


def test_a_split_of_a_data_set_is_the_same_as_its_images(folders: tuple[Path, Path], tmp_path: Path) -> None:
    generated, _ = folders
    every = load_split("digits", "test", tmp_path).images
    files = ours(generated, str(write_folder(tmp_path / "every", every)), tmp_path, MINE)
    named = ours(generated, "digits", tmp_path)
    assert named.scores == pytest.approx(files.scores, rel=1e-9)
    assert named.protocol.dataset == "digits"


def test_arrays_score_as_pictures(folders: tuple[Path, Path], tmp_path: Path) -> None:
    generated, _ = folders
    images = blurred(load_split("digits", "train", tmp_path).images[:COUNT], 0).numpy()
    np.savez(tmp_path / "images.npz", images)
    pictures, array = ours(generated, "digits", tmp_path), ours(tmp_path / "images.npz", "digits", tmp_path)
    assert array.scores == pytest.approx(pictures.scores, rel=1e-9)


def test_one_pixel_and_one_weight_change_the_score(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the real images, under the same name: what was cached of them is stale."""
    _, real = folders
    copied = write_folder(tmp_path / "real", load_split("digits", "test", tmp_path).images[:COUNT])
    source = folders[0]
    before = ours(source, str(copied), tmp_path, MINE)
    with Image.open(copied / "0000.png") as picture:
        picture.putpixel((4, 4), 255 - int(picture.getpixel((4, 4))))  # type: ignore[arg-type]
        picture.save(copied / "0000.png")
    after = ours(source, str(copied), tmp_path, MINE)
    assert after.scores["fid"] != before.scores["fid"]
    assert after.protocol.real_digest != before.protocol.real_digest
    assert ours(source, str(real), tmp_path, MINE).scores == before.scores
    weights = load_file(digits_cnn.WEIGHTS)
    weights["hidden.weight"][0, 0] += 0.5
    save_file(weights, tmp_path / "changed.safetensors")
    monkeypatch.setattr(digits_cnn, "WEIGHTS", tmp_path / "changed.safetensors")
    changed = ours(source, str(real), tmp_path, MINE)
    assert changed.scores["fid"] != before.scores["fid"]
    assert changed.protocol.extractor_digest != before.protocol.extractor_digest


def test_metrics_for_the_end_are_wanted_and_memorisation_needs_to_know_the_train_images(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    asked = 'score.final_metrics=["memorisation", "density_coverage"]'
    found = ours(folders[0], "digits", tmp_path, asked).scores
    # Train digits under noise, some of them nearer to themselves than test digits are to any.
    assert 0 < found["memorisation"] < 1
    assert found["coverage"] > 0
    with pytest.raises(UserError, match="metric 'memorisation': it is not known what was trained on"):
        ours(folders[0], str(folders[1]), tmp_path, asked, MINE)
    with pytest.raises(UserError, match="metric 'memorisation': the all split is trained on"):
        ours(folders[0], "digits", tmp_path, asked, split="all")


def test_a_protocol_needs_its_number_of_images(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="generated: 200 images; protocol 'quick' asks for 1000"):
        ours(folders[0], "digits", tmp_path, protocol="quick")
    enough = write_folder(tmp_path / "enough", blurred(load_split("digits", "all", tmp_path).images[:1100], 1))
    found = ours(enough, "digits", tmp_path, protocol="quick")
    assert (found.protocol.name, found.protocol.generated_images) == ("quick", 1000)


def test_a_protocol_takes_images_of_every_folder(tmp_path: Path) -> None:
    """Of 1,500 pictures that lie in folders by what they show, 1,000 count: as many of each as there are."""
    digits = load_split("digits", "all", tmp_path)
    generated = tmp_path / "generated"
    generated.mkdir()
    for digit in range(10):
        write_folder(generated / str(digit), blurred(digits.images[digits.labels == digit][:150], digit))
    asked = 'score.final_metrics=["class_coverage"]'
    found = ours(generated, "digits", tmp_path, asked, protocol="quick")
    assert found.scores["classes_covered"] == 10
    assert found.scores["classes_kl"] < 0.02
    again = ours(generated, "digits", tmp_path, asked, protocol="quick")
    assert again.scores == found.scores


def test_a_saved_generator_scores_as_its_run_did_but_for_the_latents(finished: FinishedStudy, tmp_path: Path) -> None:
    record = finished.record("gan-shallow-final-0000")
    generator = finished.paths.work(finished.spec.study_id) / record.config.label / "generator.safetensors"
    found = ours(generator, "digits", tmp_path, f"score.images={finished.spec.score.images}")
    assert found.protocol.extractor_digest == record.protocol.extractor_digest
    assert found.protocol.real_digest == record.protocol.real_digest
    # Of the same order: a network trained for so few steps is far from the digits.
    assert found.scores["fid"] == pytest.approx(record.final_scores["fid"], rel=0.3)


@pytest.mark.parametrize(
    ("source", "message"),
    [("absent", "absent: no such folder or file"), ("few", "few: 3 images; at least 16 are needed")],
)
def test_sources_that_cannot_be_scored(source: str, message: str, folders: tuple[Path, Path], tmp_path: Path) -> None:
    if source == "few":
        write_folder(tmp_path / "few", load_split("digits", "test", tmp_path).images[:3])
    with pytest.raises(UserError, match=message):
        ours(tmp_path / source, "digits", tmp_path)


def test_extractors_without_logits_give_no_inception_score(folders: tuple[Path, Path], tmp_path: Path) -> None:
    found = ours(folders[0], "digits", tmp_path, "score.extractor=pixels")
    assert "inception_score" not in found.scores
    assert found.scores["fid"] > 0
    with pytest.raises(UserError, match="metric 'inception_score': extractor 'pixels' is no classifier"):
        ours(folders[0], "digits", tmp_path, "score.extractor=pixels", 'score.metrics=["fid", "inception_score"]')


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


def test_a_set_beside_itself_is_not_below_zero(folders: tuple[Path, Path], tmp_path: Path) -> None:
    found = ours(folders[1], str(folders[1]), tmp_path, MINE)
    assert 0 <= found.scores["fid"] < 1e-6


def test_a_folder_needs_another_extractor_or_a_word(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"extractor 'digits-cnn': was made for digits, and says nothing of 'folder:"):
        ours(folders[0], str(folders[1]), tmp_path)


def test_the_command(folders: tuple[Path, Path], tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from benchmark.cli import main; main()", "score", str(folders[0])]
    done = run([*command, "--output", "scores.json"], capture_output=True, text=True, cwd=tmp_path, check=True)
    written = json.loads((tmp_path / "scores.json").read_text())
    assert written.keys() == {"protocol", "scores"}
    assert written["scores"] == pytest.approx(ours(folders[0], "digits", tmp_path).scores)
    assert "FID" in done.stdout
    assert "200 images against 450 of the data set digits (test); real images of 8x8 pixels, " in done.stdout
    wrong = run([*command, "--split", "tset"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("ganbench: unknown split 'tset': did you mean 'test'?")


def test_the_command_asks_another_library(folders: tuple[Path, Path], tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from benchmark.cli import main; main()", "score", str(folders[0])]
    asked = [*command, "--cross-check", "--output", "scores.json"]
    done = run(asked, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert f"torchmetrics {version('torchmetrics')} agrees: FID " in done.stdout.replace("\n", " ")
    written = json.loads((tmp_path / "scores.json").read_text())
    check = written["cross_check"]["scores"]
    assert check["fid"]["ours"] == written["scores"]["fid"]
    assert check["fid"]["theirs"] == pytest.approx(written["scores"]["fid"], rel=1e-6)
    assert check.keys() == {"fid", "kid", "inception_score"}


@pytest.mark.parametrize("kind", ["folder", "npz"])
def test_many_images_are_read_a_block_at_a_time_with_the_same_scores(
    kind: str, folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated, real = folders
    if kind == "npz":
        np.savez(tmp_path / "a.npz", read_images(generated))
        generated = tmp_path / "a.npz"
    held = ours(generated, str(real), tmp_path, MINE)
    monkeypatch.setattr("benchmark.commands.scored_images.MOST_HELD", 0)
    found = ours(generated, str(real), tmp_path, MINE)
    assert (found.scores, found.protocol) == (held.scores, held.protocol)
    assert (len(held.comparison.images), len(found.comparison.images)) == (COUNT, 0)
    assert ours(generated, "digits", tmp_path, protocol="").cross_checked().check is not None


def test_a_metric_that_looks_at_images_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = load_split("gaussians-ring", "validation", tmp_path).images[:64]
    np.savez(tmp_path / "a.npz", images.numpy())
    monkeypatch.setattr("benchmark.commands.scored_images.MOST_HELD", 0)
    found = ours(tmp_path / "a.npz", "gaussians-ring", tmp_path, MINE)
    assert len(found.comparison.images) == 64
    assert found.scores["modes"] > 1


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="x: File name too long"):
        ours(Path("x" * 300), "digits", tmp_path)


def test_a_data_set_zip_scores_as_its_folder(folders: tuple[Path, Path], tmp_path: Path) -> None:
    generated, real = folders
    archives = []
    for folder in (generated, real):
        archives.append(tmp_path / f"{folder.name}.zip")
        with zipfile.ZipFile(archives[-1], "w") as archive:
            files = sorted(folder.iterdir())
            labels = [[f"00000/{file.name}", number % 10] for number, file in enumerate(files)]
            archive.writestr("dataset.json", json.dumps({"labels": labels}))
            for file in files:
                archive.write(file, f"00000/{file.name}")
    asked = (MINE, "score.final_metrics=class_coverage")
    zipped = ours(archives[0], str(archives[1]), tmp_path, *asked)
    plain = ours(generated, str(real), tmp_path, asked[0])
    assert zipped.scores == pytest.approx(
        plain.scores | {"classes_covered": 10, "classes_kl": zipped.scores["classes_kl"]}
    )
    assert zipped.protocol.real_digest == plain.protocol.real_digest


def test_statistics_of_another_program_take_the_place_of_images(folders: tuple[Path, Path], tmp_path: Path) -> None:
    generated, real = folders
    against_images = ours(generated, str(real), tmp_path, MINE)
    features = against_images.comparison.real.features
    np.savez_compressed(tmp_path / "stats.npz", mu=features.mu.numpy(), sigma=features.sigma.numpy())
    found = ours(generated, str(tmp_path / "stats.npz"), tmp_path, MINE)
    expected = {name: against_images.scores[name] for name in ("fid", "inception_score", "inception_score_std")}
    assert found.scores == pytest.approx(expected, rel=1e-9)
    assert found.sentence().startswith(f"200 images against the statistics in the file {tmp_path / 'stats.npz'}; ")
    (line,) = [line for line in found.cautions if line.startswith("Not computed: ")]
    assert line.startswith(
        f"Not computed: kid, precision_recall. {tmp_path / 'stats.npz'} holds a mean and a covariance"
    )
    with pytest.raises(UserError, match=r"metric 'kid': .* leave it out of score.metrics, or give the real images"):
        ours(generated, str(tmp_path / "stats.npz"), tmp_path, MINE, "score.metrics=fid,kid")
    with pytest.raises(UserError, match="--cross-check: needs real images"):
        found.cross_checked()
    itself = ours(real, str(tmp_path / "stats.npz"), tmp_path, MINE)
    assert "A set is scored against itself: the given statistics are those of its images." in itself.cautions
    assert not any(line.startswith("A set") for line in found.cautions)


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
