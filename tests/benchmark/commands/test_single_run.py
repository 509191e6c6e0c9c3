"""What a run that no study asked for is trained with, and what is refused."""

import pickle
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.commands.single_run import DivergedError, SingleRun, TrainSettings
from benchmark.datasets.catalog import DATASETS
from benchmark.datasets.dataset import Content
from benchmark.errors import UserError
from benchmark.records import Split

TRAIN_DIGITS = 897


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def of(variant: str = "gan-mlp", dataset: str = "digits", steps: int | None = None, **settings: Any) -> SingleRun:
    return SingleRun.of(variant, dataset, steps, 0, "cpu", TrainSettings(**settings))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("steps", r"; it is an argument of train, as in train\(\.\.\., steps=5\)"),
        ("lr_generator", r'; it goes into hyperparameters=\{"lr_generator": \.\.\.\}'),
        ("epoch", ""),
    ],
)
def test_a_field_that_there_is_not_is_one_line(name: str, hint: str) -> None:
    allowed = "epochs, batch_size, hyperparameters, resolution, split, curve_points, score"
    with pytest.raises(UserError, match=rf"^TrainSettings\({name}=\.\.\.\): no such field{hint}; allowed: {allowed}$"):
        TrainSettings(**{name: 5})


def test_settings_are_copied_and_changed_as_before() -> None:
    settings = TrainSettings(2, batch_size=64)
    assert copy(settings) == settings == pickle.loads(pickle.dumps(settings))
    assert replace(settings, epochs=3) == TrainSettings(epochs=3, batch_size=64)


def test_what_is_left_out_is_the_source_s() -> None:
    run = of(steps=7)
    assert run.config.hyperparameters == {
        "lr_generator": 3e-4, "lr_discriminator": 3e-4, "beta1": 0.9, "beta2": 0.999, "n_critic": 1,
    }  # fmt: skip
    assert (run.cohort.setup.batch_size, run.steps, run.images) == (100, 7, TRAIN_DIGITS)


def test_epochs_are_updates_by_the_images_of_the_split() -> None:
    assert of(epochs=2).steps == round(2 * TRAIN_DIGITS / 100) == 18
    assert of(epochs=2, batch_size=64).steps == round(2 * TRAIN_DIGITS / 64) == 28
    assert of(epochs=1e-3).steps == 1
    assert of(epochs=1, split="train+validation").images > TRAIN_DIGITS


def test_hyperparameters_come_over_the_source_s() -> None:
    run = of("wgan", steps=1, hyperparameters={"clip": 0.5, "n_critic": 2})
    assert run.cohort.members[0].hyperparameters.clip == 0.5
    assert run.config.hyperparameters["n_critic"] == 2
    assert run.config.hyperparameters["lr_generator"] == 5e-5


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"variant": "gan-mpl", "steps": 1}, "gan-mlp"),
        ({"dataset": "digit", "steps": 1}, "digits"),
        ({"steps": 0}, "steps = 0"),
        ({"steps": "4"}, r"^steps = '4': must be a whole number of 1 or more$"),
        ({"steps": 2.5}, r"^steps = 2\.5: must be a whole number of 1 or more$"),
        ({}, "give steps, or epochs"),
        ({"steps": 5, "epochs": 1.0}, "give one of them"),
        ({"epochs": 0.0}, "epochs = 0"),
        ({"epochs": float("inf")}, "epochs = inf"),
        ({"steps": 5, "batch_size": 1}, "batch_size"),
        ({"steps": 5, "curve_points": 0}, "curve_points = 0"),
        ({"steps": 5, "split": "tain"}, "train_split"),
        ({"steps": 5, "hyperparameters": {"clip": 0.1}}, "'clip'"),
        ({"steps": 5, "hyperparameters": {"beta1": 1.5}}, "beta1 = 1.5"),
        ({"variant": "dcgan", "steps": 5, "resolution": 9}, "9"),
        ({"variant": None, "steps": 5}, "^variant: None is no name; give one, as in 'wgan'$"),
        ({"epochs": "2"}, "^epochs = '2': must be a finite number$"),
        ({"steps": 5, "hyperparameters": {"beta1": "x"}}, "^beta1 = 'x': must be a finite number$"),
        ({"steps": 5, "hyperparameters": "beta1=0.5"}, "^hyperparameters = 'beta1=0.5': must be a dictionary, as in"),
        ({"steps": 5, "curve_points": 2.5}, r"^curve_points = 2\.5: must be a whole number of 1 or more$"),
        ({"steps": 5, "score": {"images": 4}}, r"^score, of type dict: must be benchmark\.spec\.Score$"),
    ],
)
def test_what_makes_no_sense_is_one_line(asked: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError, match=line) as caught:
        of(**asked)
    assert "\n" not in str(caught.value)


def test_who_diverges_is_told_with_the_step_and_the_rates() -> None:
    run = of(steps=40, hyperparameters={"lr_generator": 1e30, "lr_discriminator": 1e30})
    with pytest.raises(DivergedError, match=r"'gan-mlp' diverged by step \d+: .* lr_generator = 1e\+30"):
        run.advance(40, lambda: None)


def test_settings_are_no_dictionary() -> None:
    with pytest.raises(UserError, match=r"^settings, of type dict: must be TrainSettings, as in TrainS"):
        SingleRun.of("gan-mlp", "digits", 1, 0, "cpu", {"epochs": 2})  # type: ignore[arg-type]


def test_images_that_are_others_each_time_they_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng()

    def read(data: Path, split: Split, side: int) -> Content:
        return Content.of(draw.integers(0, 256, (100, 1, 8, 8), dtype=np.uint8), np.zeros(100, dtype=np.int64), 1)

    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], read=read))
    with pytest.raises(UserError) as refused:
        of(steps=5)
    assert str(refused.value) == (
        "dataset 'digits': its train split is other images when it is read again; must be the same at every call, as "
        "fixed seeds make it"
    )
