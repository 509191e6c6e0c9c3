"""The folder that a training leaves, and trainings that are interrupted."""

import csv
import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from benchmark.commands.single_run import DivergedError, SingleRun, TrainSettings
from benchmark.commands.train import Trained
from benchmark.commands.train_folder import Pictures, TrainingFolder, default_folder
from benchmark.errors import UserError
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE
from benchmark.workers.stopping import Stopped, StopRequest

FILES = {
    *("settings.json", "curves.csv", "losses.png", "outputs.png", "walk.png", "walk.gif", "training.gif", "samples"),
    *("generator.safetensors", "discriminator.safetensors", "latents.safetensors"),
}
TEN = Pictures()
EVERY_EPOCH = Pictures(every_epoch=True)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def training(folder: Path, pictures: Pictures = TEN, **hyperparameters: float) -> TrainingFolder:
    """Twenty-seven updates of a hundred digits each: three epochs of 8.97 updates."""
    settings = TrainSettings(hyperparameters=hyperparameters)
    return TrainingFolder(
        Trained(SingleRun.of("gan-mlp", "digits", 27, 5, "cpu", settings), settings), folder, pictures
    )


def nothing(run: SingleRun) -> None:
    pass


def test_everything_that_is_looked_for_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    asked = training(folder, EVERY_EPOCH)
    asked.train(nothing, StopRequest())
    assert {path.name for path in folder.iterdir()} == FILES
    drawn = sorted(path.name for path in (folder / "samples").iterdir())
    assert drawn == ["epoch-0001.png", "epoch-0002.png", "epoch-0003.png"]
    with (folder / "curves.csv").open() as file:
        assert [int(row["step"]) for row in csv.DictReader(file)] == list(range(1, 28))
    with Image.open(folder / "walk.png") as strip, Image.open(folder / "walk.gif") as moving:
        assert strip.size == (10 * 66 + 2, 10 * 66 + 2)
        assert moving.n_frames <= 198  # frames alike are one to Pillow
        assert moving.size == (8 * 32, 8 * 32)
    with Image.open(folder / "training.gif") as moving:
        assert moving.n_frames == 3
    assert json.loads((folder / "settings.json").read_text())["epochs"] == pytest.approx(27 * 100 / 897, abs=1e-4)
    assert len(asked.left()) == 4
    assert "3 pictures" in asked.left()[0]


def test_ten_pictures_where_no_epochs_are_asked_for() -> None:
    run = SingleRun.of("gan-mlp", "digits", 27, 5, "cpu", TrainSettings())
    stops = list(Pictures().stops(run))
    assert [step for step, _ in stops] == [2, 5, 8, 10, 13, 16, 18, 21, 24, 27]
    assert stops[-1] == (27, "step-000027")


def test_part_of_an_epoch_has_a_last_picture_too() -> None:
    run = SingleRun.of("gan-mlp", "digits", 12, 5, "cpu", TrainSettings())
    assert list(EVERY_EPOCH.stops(run)) == [(9, "epoch-0001"), (12, "step-000012")]


def test_scaled_pictures_are_larger_and_blocky(tmp_path: Path) -> None:
    training(tmp_path / "large", Pictures(scale=10)).train(nothing, StopRequest())
    with Image.open(tmp_path / "large" / "samples" / "step-000027.png") as picture:
        assert picture.size == (8 * 82 + 2, 8 * 82 + 2)
        block = torch.tensor([[picture.getpixel((2 + x, 2 + y))[0] for x in range(10)] for y in range(10)])
    assert block.unique().numel() == 1


@pytest.mark.long
def test_an_interrupted_training_goes_on_to_the_same_end(tmp_path: Path) -> None:
    training(tmp_path / "whole").train(nothing, StopRequest())
    stop = StopRequest()

    def interrupt(run: SingleRun) -> None:
        stop.made = run.steps_done >= 13  # where a picture is due

    with pytest.raises(Stopped):
        training(tmp_path / "broken").train(interrupt, stop)
    assert not (tmp_path / "broken" / GENERATOR_FILE).exists()
    assert (tmp_path / "broken" / "losses.png").exists()
    again = training(tmp_path / "broken")
    assert not again.is_finished
    assert 13 <= again.resume() < 27
    again.train(nothing, StopRequest())
    assert training(tmp_path / "broken").is_finished
    assert {path.name for path in (tmp_path / "broken").iterdir()} == FILES
    for file in (GENERATOR_FILE, DISCRIMINATOR_FILE):
        whole, broken = load_file(tmp_path / "whole" / file), load_file(tmp_path / "broken" / file)
        assert all(torch.equal(whole[name], broken[name]) for name in whole)
    assert (tmp_path / "whole/curves.csv").read_text() == (tmp_path / "broken/curves.csv").read_text()
    pictures = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in tmp_path.glob("*/samples")]
    assert len(pictures) == 2
    assert pictures[0] == pictures[1]


def test_other_settings_want_another_folder(tmp_path: Path) -> None:
    training(tmp_path / "one")
    with pytest.raises(UserError, match=r"a training with beta1 = 0\.9, and 0\.5 is asked for"):
        training(tmp_path / "one", beta1=0.5)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").touch()
    with pytest.raises(UserError, match="holds something else"):
        training(tmp_path / "other")
    (tmp_path / "one" / "settings.json").write_text("[]")
    with pytest.raises(UserError, match="not the settings of a training"):
        training(tmp_path / "one")


def test_other_settings_have_another_folder_of_their_own(tmp_path: Path) -> None:
    run = SingleRun.of("gan-mlp", "digits", 27, 5, "cpu", TrainSettings())
    longer = SingleRun.of("gan-mlp", "digits", 28, 5, "cpu", TrainSettings())
    places = {default_folder(each, Pictures(), tmp_path) for each in (run, run, longer)}
    assert len(places) == 2
    assert all(place.parent == tmp_path / "train" and place.name.startswith("gan-mlp-digits-") for place in places)


def test_who_diverges_leaves_its_curves(tmp_path: Path) -> None:
    with pytest.raises(DivergedError):
        training(tmp_path / "wild", lr_generator=1e30, lr_discriminator=1e30).train(nothing, StopRequest())
    assert (tmp_path / "wild" / "curves.csv").exists()
    assert not (tmp_path / "wild" / GENERATOR_FILE).exists()


def test_a_training_of_before_an_edit_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    assert training(folder).edited == ""
    file = folder / "settings.json"
    told = json.loads(file.read_text())
    told["sources"]["ganzoo/losses/non_saturating.py"] = "0123456789abcdef"
    file.write_text(json.dumps(told))
    assert training(folder).edited == (
        f"ganzoo/losses/non_saturating.py: edited since the run of gan-mlp in {folder}, which is of the older version; "
        "--output names a new folder, and trains again"
    )
    del told["sources"]  # as an earlier version left it
    file.write_text(json.dumps(told))
    assert training(folder).edited == ""
