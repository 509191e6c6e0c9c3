"""Cohorts on a few real digits, in float64."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort, Member
from benchmark.training.setup import TrainingSetup
from ganzoo.registry import find_variant

sys.path.insert(0, str(Path(__file__).parent))

BATCH, STEPS = 8, 20


@pytest.fixture(scope="session")
def digits() -> LabelledImages:
    """100 images (100, 1, 8, 8), uint8, and their labels."""
    from sklearn.datasets import load_digits

    source = load_digits()
    images = torch.tensor(source.images[:100] * 255 / 16).round().to(torch.uint8)[:, None]
    return LabelledImages(images, torch.tensor(source.target[:100]), 10)


def settings(variant: str) -> list[dict[str, float]]:
    """Four settings that differ in everything that the variant has."""
    choices = {
        "lr_generator": (1e-3, 2e-3, 5e-4, 1e-4),
        "lr_discriminator": (5e-4, 1e-3, 2e-3, 3e-4),
        "beta1": (0.0, 0.5, 0.9, 0.3),
        "beta2": (0.9, 0.99, 0.999, 0.95),
        "n_critic": (1, 2, 5, 0.5),
        "clip": (0.01, 0.1, 0.05, 0.02),
        "penalty_weight": (10.0, 1.0, 0.1, 5.0),
        "constraint_weight": (1e-4, 1e-2, 1e-3, 0.0),
        "balance_gain": (0.001, 0.1, 0.02, 0.5),
        "diversity_ratio": (0.5, 0.9, 0.0, 1.0),
        "lecam_weight": (0.3, 0.01, 1.0, 0.0),
    }
    present = find_variant(variant).defaults.present()
    # A critic clipped on all sides gives background pixels sums of exact +-c: whether LeakyReLU sees 0 or 1e-17 there
    # is rounding, and its two slopes part the runs. Slower learning keeps weights off the box for the steps compared.
    scale = {"lr_generator": 0.1, "lr_discriminator": 0.1} if "clip" in present else {}
    return [{name: choices[name][row] * scale.get(name, 1.0) for name in present} for row in range(4)]


@pytest.fixture
def configs() -> Callable[[str], list[TrialConfig]]:
    def make(variant: str) -> list[TrialConfig]:
        return [TrialConfig(variant, "trial", row, 1000 + row, values) for row, values in enumerate(settings(variant))]

    return make


@pytest.fixture
def cohort(digits: LabelledImages) -> Callable[..., Cohort]:
    def make(
        members: list[TrialConfig], *, method: str, dtype: torch.dtype = torch.float64, interval: int = 7
    ) -> Cohort:
        setup = TrainingSetup.of(find_variant(members[0].variant), digits, BATCH, STEPS, dtype)
        # Patience that runs out on the way: the first updates are computed, the others played back.
        trained = Cohort(replace(setup, patience=5), members, interval, method)
        for name, strength in trained.stacked.discriminator.augmentations.items():
            if name.endswith(".strength"):
                strength.fill_(0.5)  # so that something is changed within a few steps
        return trained

    return make


@pytest.fixture
def tensors() -> Callable[[Cohort, Member], dict[str, Tensor]]:
    def read(trained: Cohort, member: Member) -> dict[str, Tensor]:
        named = zip(("generator", "discriminator"), trained.modules(member, averaged=False), strict=True)
        return {f"{player}/{name}": value for player, module in named for name, value in module.state_dict().items()}

    return read
