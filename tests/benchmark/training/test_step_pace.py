"""How fast weights move: schedules of the learning rates, and the average that follows the generator."""

import math

import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import Assignment
from benchmark.training.cohort import Cohort, TrainingPlan, lesson_of
from benchmark.training.group import Group
from benchmark.training.step import Lesson, discriminator_turn, generator_turn, train
from ganzoo.catalog import find_variant

STEPS = 10
RATES = {"lr_generator": 0.002, "lr_discriminator": 0.0005, "beta1": 0.0, "beta2": 0.9}


def start(variant: str, data: LabelledImages, *n_critic: float) -> tuple[Lesson, Group]:
    """A lesson of ten steps, and a member for each pace."""
    members = [Assignment(variant, "trial", n, n, RATES | {"n_critic": pace}) for n, pace in enumerate(n_critic)]
    plan = TrainingPlan(8, STEPS, STEPS, True, torch.device("cpu"), torch.float64)
    cohort = Cohort(lesson_of(find_variant(variant), data, plan), members, plan)
    return Lesson(cohort.model, data, plan.batch_size, plan.steps), cohort.group


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
    lesson, group = start(f"mlp+hinge{schedule}", digits, 1, 1)
    assert lesson.factor(step) == pytest.approx(factor)
    for player, turn, rate in (
        (group.discriminator, lambda: discriminator_turn(lesson, group, step), 0.0005),
        (group.generator, lambda: generator_turn(lesson, group, (step, 0), [0, 1]), 0.002),
    ):
        before = player.weights.clone()
        turn()
        moved = (player.weights - before).abs().amax(1)
        assert moved.tolist() == pytest.approx([rate * factor] * 2, rel=1e-4)


@pytest.mark.parametrize("repeat", [0, 1])
def test_a_schedule_is_laid_over_discriminator_steps_whatever_the_pace(repeat: int, digits: LabelledImages) -> None:
    """Members that update the generator every step, every second, and twice a step."""
    lesson, group = start("mlp+hinge+linear-decay", digits, 1, 2, 0.5)
    before = group.generator.weights.clone()
    generator_turn(lesson, group, (8, repeat), range(3))
    moved = (group.generator.weights - before).abs().amax(1)
    assert moved.tolist() == pytest.approx([0.002 * 0.2] * 3, rel=1e-4)


def test_an_average_by_hand(digits: LabelledImages) -> None:
    """Update t keeps (1 + t) / (10 + t) of the old average: 2/11, 3/12, 4/13."""
    lesson, group = start("mlp+hinge+ema", digits, 1)
    weights = [group.generator.weights.clone()]
    assert torch.equal(group.generator.average, weights[0])
    for step in range(3):
        discriminator_turn(lesson, group, step)
        generator_turn(lesson, group, (step, 0), [0])
        weights.append(group.generator.weights.clone())
    expected = weights[0]
    for kept, after in zip((2 / 11, 3 / 12, 4 / 13), weights[1:], strict=True):
        expected = kept * expected + (1 - kept) * after
    torch.testing.assert_close(group.generator.average, expected, rtol=0, atol=1e-14)
    assert (group.generator.average - weights[-1]).abs().max() > 1e-5


def test_each_member_s_average_counts_its_own_updates(digits: LabelledImages) -> None:
    """Together and alone: members at paces 1, 2 and 0.5."""
    paces = (1, 2, 0.5)
    lesson, together = start("mlp+hinge+ema", digits, *paces)
    moves = [list(move.positions) for move in train(lesson, together, range(4))]
    assert together.generator.updates[:, 0].tolist() == [4, 2, 8]
    assert [0, 2] in moves
    for position in range(3):
        _, fresh = start("mlp+hinge+ema", digits, *paces)
        alone = fresh.select([position])
        list(train(lesson, alone, range(4)))
        torch.testing.assert_close(together.generator.average[position], alone.generator.average[0], rtol=0, atol=1e-9)


def test_the_average_takes_no_part_in_training(digits: LabelledImages) -> None:
    trained: list[Tensor] = []
    for variant in ("mlp+hinge", "mlp+hinge+ema"):
        lesson, group = start(variant, digits, 1, 0.5)
        list(train(lesson, group, range(4)))
        trained.append(torch.cat([group.generator.weights, group.discriminator.weights], 1))
    assert torch.equal(*trained)
