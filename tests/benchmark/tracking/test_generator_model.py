"""What MLflow loads: images against the generator itself, called with latents drawn by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from untrained import write_networks

from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.commands.sample import draw
from benchmark.errors import UserError
from benchmark.tracking.generator_model import GeneratorModel, _load_pyfunc
from benchmark.training.model import ImageShape


def uniform(seed: int, size: int) -> torch.Tensor:
    """DCGAN's prior (Radford et al. 2016)."""
    return torch.rand(1, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def normal(seed: int, size: int) -> torch.Tensor:
    """Miyato's prior."""
    return torch.randn(1, size, generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def painted(saved: SavedGenerator, *inputs: torch.Tensor) -> np.ndarray:
    """One image (H, W, C) of pixels 0 to 255."""
    image = saved.module(*inputs)[0].double().numpy()
    return np.rint((np.clip(image, -1, 1) + 1) * 127.5).transpose(1, 2, 0)


@pytest.fixture
def plain(tmp_path: Path) -> tuple[GeneratorModel, SavedGenerator]:
    path = write_networks(tmp_path, "dcgan", ImageShape(channels=3, resolution=16, classes=10))
    return _load_pyfunc(str(path)), read_generator(path)


@pytest.fixture
def conditional(tmp_path: Path) -> tuple[GeneratorModel, SavedGenerator]:
    path = write_networks(tmp_path, "cgan-pd", ImageShape(channels=1, resolution=8, classes=3))
    return _load_pyfunc(str(path)), read_generator(path)


def test_a_row_is_the_image_of_its_seed(plain):
    model, saved = plain
    images = model.predict(pd.DataFrame({"seed": [5, 0, 2**40, 5]}))
    assert (images.shape, images.dtype) == ((4, 16, 16, 3), np.uint8)
    for image, seed in zip(images, (5, 0, 2**40, 5), strict=True):
        # Float and double may round to either side of a half.
        assert np.abs(image - painted(saved, uniform(seed, saved.variant.latent_size))).max() <= 1
    assert (images[0] == images[3]).all()
    assert (images[0] != images[1]).any()


def test_company_changes_nothing_and_samples_are_the_same(plain):
    model, saved = plain
    alone = model.predict(pd.DataFrame({"seed": [7]}))
    among = model.predict(pd.DataFrame({"seed": range(20)}))
    assert (alone[0] == among[7]).all()
    assert (alone[0] == draw(saved, 1, seed=7)[0].permute(1, 2, 0).numpy()).all()


def test_no_rows_are_no_images(plain):
    assert plain[0].predict(pd.DataFrame({"seed": []})).shape == (0, 16, 16, 3)


def test_a_class_is_asked_for_by_its_label(conditional):
    model, saved = conditional
    images = model.predict(pd.DataFrame({"seed": [4, 4, 4], "label": [0, 2, 1]}))
    latents = normal(4, saved.variant.latent_size)
    for image, label in zip(images, (0, 2, 1), strict=True):
        assert np.abs(image - painted(saved, latents, torch.tensor([label]))).max() <= 1
    assert (images[0] != images[1]).any()


def test_classes_take_turns_where_none_is_asked_for(conditional):
    model, _ = conditional
    asked = model.predict(pd.DataFrame({"seed": [3, 4, 5, 6], "label": [0, 1, 2, 0]}))
    assert (model.predict(pd.DataFrame({"seed": [3, 4, 5, 6]})) == asked).all()


@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_of_no_class_is_refused(label, conditional):
    bounds = "of 0 or more" if label < 0 else "from 0 to 2"
    with pytest.raises(UserError, match=f"^label = {label}: must be a whole number {bounds}$"):
        conditional[0].predict(pd.DataFrame({"seed": [0], "label": [label]}))


@pytest.mark.parametrize("seed", [-1, 2.5, float("nan"), "7", None, 2**64])
def test_a_seed_that_is_none_is_refused(seed, plain):
    with pytest.raises(
        UserError, match=r"^seed = .*: must be a whole number (of 0 or more|from 0 to 18446744073709551615)$"
    ):
        plain[0].predict(pd.DataFrame({"seed": pd.Series([3, seed], dtype=object)}))


def test_a_whole_seed_in_a_column_of_floats_is_one(plain):
    images = plain[0].predict(pd.DataFrame({"seed": [7.0, 3.0]}))
    assert (images == plain[0].predict(pd.DataFrame({"seed": [7, 3]}))).all()


def test_a_label_that_is_not_whole_is_refused(conditional):
    with pytest.raises(UserError, match=r"^label = 1\.5: must be a whole number of 0 or more$"):
        conditional[0].predict(pd.DataFrame({"seed": [0], "label": [1.5]}))
