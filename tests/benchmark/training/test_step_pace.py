"""How fast weights move: schedules of the learning rates, and the average that follows the generator."""

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import Trainer, update_together
from ganzoo.registry import find_variant

STEPS = 10
RATES = {"lr_generator": 0.002, "lr_discriminator": 0.0005, "beta1": 0.0, "beta2": 0.9}


def start(variant: str, data: LabelledImages, *n_critic: float) -> tuple[TrainingSetup, StackedMembers]:
    """A lesson of ten steps, and a member for each pace."""
    members = [
        TrialConfig(variant, "trial", n, n, RATES | {"n_critic": update_schedule})
        for n, update_schedule in enumerate(n_critic)
    ]
    setup = TrainingSetup.of(find_variant(variant), data, batch_size=8, steps=STEPS, dtype=torch.float64)
    return setup, Cohort(setup, members, STEPS, "stacked").stacked


@pytest.mark.parametrize(
    ("schedule", "step", "factor"),
    [
        ("", 7, 1.0),
        ("+linear-decay", 0, 1.0),
        ("+linear-decay", 7, 0.3),
        ("+linear-decay", 9, 0.1),
        ("+cosine", 0, 1.0),
        ("+cosine", 5, 0.5),
        ("+cosine", 9, (1 + math.cos(0.9 * math.pi)) / 2),
    ],
)
def test_both_learning_rates_by_hand(schedule: str, step: int, factor: float, digits: LabelledImages) -> None:
    """Adam's first update without momentum is lr g / (|g| + 1e-8), so that it moves weights by the learning rate."""
    setup, stacked = start(f"mlp+hinge{schedule}", digits, 1, 1)
    trainer = Trainer(setup, stacked, update_together)
    for input_streams in stacked.input_streams:
        input_streams.seek(step)
    for name, rate in (("discriminator", 0.0005), ("generator", 0.002)):
        player = getattr(stacked, name)
        before = player.weights.clone()
        trainer.step(name, range(2))
        moved = (player.weights - before).abs().amax(1)
        assert moved.tolist() == pytest.approx([rate * factor] * 2, rel=1e-4)


@pytest.mark.parametrize("updates", [(7, 3, 14), (7, 3, 15)])
def test_a_schedule_is_laid_over_discriminator_steps_whatever_the_pace(
    updates: Sequence[int], digits: LabelledImages
) -> None:
    """Members whose generators move every step, every second, and twice a step, in step 7 of 10."""
    setup, stacked = start("mlp+hinge+linear-decay", digits, 1, 2, 0.5)
    for input_streams, update in zip(stacked.input_streams, updates, strict=True):
        input_streams.generator.position = update
    before = stacked.generator.weights.clone()
    Trainer(setup, stacked, update_together).step("generator", range(3))
    moved = (stacked.generator.weights - before).abs().amax(1)
    assert moved.tolist() == pytest.approx([0.002 * 0.3] * 3, rel=1e-4)


def test_members_of_different_progress_move_by_their_own_rates(digits: LabelledImages) -> None:
    setup, stacked = start("mlp+hinge+linear-decay", digits, 1, 1, 1)
    for input_streams, steps in zip(stacked.input_streams, (0, 5, 9), strict=True):
        input_streams.seek(steps)
    before = stacked.discriminator.weights.clone()
    Trainer(setup, stacked, update_together).step("discriminator", range(3))
    moved = (stacked.discriminator.weights - before).abs().amax(1)
    assert moved.tolist() == pytest.approx([0.0005, 0.00025, 0.00005], rel=1e-3)


def test_an_average_by_hand(digits: LabelledImages) -> None:
    """Update t keeps (1 + t) / (10 + t) of the old average: 2/11, 3/12, 4/13."""
    setup, stacked = start("mlp+hinge+ema", digits, 1)
    weights = [stacked.generator.weights.clone()]
    assert torch.equal(stacked.generator.average, weights[0])
    trainer = Trainer(setup, stacked, update_together)
    for _ in range(3):
        trainer.train(1)
        weights.append(stacked.generator.weights.clone())
    expected = weights[0]
    for kept, after in zip((2 / 11, 3 / 12, 4 / 13), weights[1:], strict=True):
        expected = kept * expected + (1 - kept) * after
    torch.testing.assert_close(stacked.generator.average, expected, rtol=0, atol=1e-14)
    assert (stacked.generator.average - weights[-1]).abs().max() > 1e-5


def test_each_member_s_average_counts_its_own_updates(digits: LabelledImages) -> None:
    """Together and alone: members at paces 1, 2 and 0.5."""
    paces = (1, 2, 0.5)
    setup, together = start("mlp+hinge+ema", digits, *paces)
    Trainer(setup, together, update_together).train(4)
    assert together.generator.updates[:, 0].tolist() == [4, 2, 8]
    for position in range(3):
        _, fresh = start("mlp+hinge+ema", digits, *paces)
        alone = fresh.select([position])
        Trainer(setup, alone, update_together).train(4)
        torch.testing.assert_close(together.generator.average[position], alone.generator.average[0], rtol=0, atol=1e-9)


def test_the_average_takes_no_part_in_training(digits: LabelledImages) -> None:
    trained: list[Tensor] = []
    for variant in ("mlp+hinge", "mlp+hinge+ema"):
        setup, stacked = start(variant, digits, 1, 0.5)
        Trainer(setup, stacked, update_together).train(4)
        trained.append(torch.cat([stacked.generator.weights, stacked.discriminator.weights], 1))
    assert torch.equal(*trained)
