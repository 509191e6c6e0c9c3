"""What a step asks of a device, by hand, and what a device reaches."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.setup import TrainingSetup
from ganzoo.registry import find_variant
from tools.performance.limits import limits, work_of_a_step

BATCH = 16


@pytest.fixture
def digits() -> LabelledImages:
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (64, 1, 8, 8), dtype=torch.uint8, generator=draw)
    return LabelledImages(images, torch.zeros(64, dtype=torch.int64), 10)


@pytest.fixture
def cohort(digits: LabelledImages) -> Callable[..., Cohort]:
    def make(members: int, method: str, steps: int = 10) -> Cohort:
        variant = find_variant("gan-mlp")
        settings = variant.defaults.present() | {"n_critic": 1.0}
        configs = [TrialConfig("gan-mlp", "trial", row, row, settings) for row in range(members)]
        return Cohort(TrainingSetup.of(variant, digits, BATCH, steps), configs, 1, method)

    return make


def products(module: nn.Module) -> list[int]:
    """Multiplications of each dense layer for one image, in order."""
    return [layer.in_features * layer.out_features for layer in module.modules() if isinstance(layer, nn.Linear)]


@pytest.mark.parametrize(("members", "method"), [(1, "looped"), (3, "looped"), (2, "stacked")])
def test_operations_of_a_step_by_hand(members: int, method: str, cohort: Callable[..., Cohort]) -> None:
    trained = cohort(members, method)
    generator, discriminator = (
        products(network.module) for network in (trained.model.generator, trained.model.discriminator)
    )
    # Real and generated images pass the discriminator; then gradients of its weights, and of what its layers read.
    first = sum(generator) + 2 * (3 * sum(discriminator) - discriminator[0])
    # Generated images pass both; then gradients of all that both layers read but the latents, and of G's weights.
    second = 3 * sum(generator) - generator[0] + 2 * sum(discriminator)
    work = work_of_a_step(trained.advance, 0)
    assert work.operations == 2 * BATCH * members * (first + second)


def test_recorded_gradients_ask_for_the_same_operations(cohort: Callable[..., Cohort]) -> None:
    computed, recorded = cohort(1, "looped"), cohort(1, "looped", steps=1000)
    recorded.advance(5)
    assert all(gradients.program is not None for gradients in recorded.setup.recorded.values())
    assert work_of_a_step(recorded.advance, 5).operations == work_of_a_step(computed.advance, 0).operations


def test_a_step_reads_and_writes_more_than_its_weights(cohort: Callable[..., Cohort]) -> None:
    trained = cohort(1, "looped")
    weights = trained.stacked.generator.weights.numel() + trained.stacked.discriminator.weights.numel()
    # Adam alone reads weights, gradients and two moments.
    assert work_of_a_step(trained.advance, 0).moved > 4 * 4 * weights


def test_a_device_does_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.performance.limits.WINDOW_SECONDS", 0.05)
    monkeypatch.setattr("tools.performance.limits.MATRIX_SIDE", {"cpu": 256})
    monkeypatch.setattr("tools.performance.limits.COPIED_BYTES", {"cpu": 2**22})
    most = limits(torch.device("cpu"))
    # Slower than any machine that runs this, and faster than any processor.
    assert 1e8 < most.operations < 1e14
    assert 1e7 < most.moved < 1e13
