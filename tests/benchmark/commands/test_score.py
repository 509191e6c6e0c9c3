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
import torch_fidelity
from PIL import Image
from safetensors.torch import load_file, save_file
from scored_folders import COUNT, MINE, blurred, ours, write_folder
from tiny_study import FinishedStudy

from benchmark.datasets.catalog import load_split
from benchmark.datasets.image_files import read_images
from benchmark.errors import UserError
from benchmark.scoring.extractors import digits_cnn
from benchmark.scoring.extractors.catalog import find_extractor, register

ROOT = Path(__file__).parents[3]


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


def test_extractors_without_logits_give_no_inception_score(folders: tuple[Path, Path], tmp_path: Path) -> None:
    found = ours(folders[0], "digits", tmp_path, "score.extractor=pixels")
    assert "inception_score" not in found.scores
    assert found.scores["fid"] > 0
    with pytest.raises(UserError, match="metric 'inception_score': extractor 'pixels' is no classifier"):
        ours(folders[0], "digits", tmp_path, "score.extractor=pixels", 'score.metrics=["fid", "inception_score"]')


def test_a_set_beside_itself_is_not_below_zero(folders: tuple[Path, Path], tmp_path: Path) -> None:
    found = ours(folders[1], str(folders[1]), tmp_path, MINE)
    assert 0 <= found.scores["fid"] < 1e-6


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


@pytest.mark.long
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
