"""Stacked gradients against a loop over members, for every variant."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from benchmark.records import Assignment
from benchmark.training.cohort import Cohort
from benchmark.training.gradients import single_gradients, stacked_gradients
from benchmark.training.group import Group
from benchmark.training.lesson import OBJECTIVES, Lesson
from benchmark.training.objectives import Outcome, Turn
from benchmark.training.step import next_inputs, turn_of
from ganzoo.catalog import VARIANTS

MEMBERS = 3
COMPOSED = (
    "mlp+hinge+r1+consistency+orthogonal+diffaugment+cosine",
    "resnet-conditional+relativistic-average+instance-noise",
)
Assign = Callable[[str], list[Assignment]]


def leaves(outcome: Outcome) -> dict[str, Tensor]:
    named: dict[str, dict[str, Tensor]] = {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}
    return {f"{kind}.{name}": value for kind, tensors in named.items() for name, value in tensors.items()}


def turn_at(lesson: Lesson, player: str, step: int, group: Group) -> Turn:
    """What a player of every member reads next, after so many discriminator steps."""
    for feeds in group.feeds:
        feeds.seek(step)
    return turn_of(lesson, player, group, next_inputs(player, group))


@pytest.mark.parametrize("player", OBJECTIVES)
@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_stacked_equals_a_loop(variant: str, player: str, assignments: Assign, cohort: Callable[..., Cohort]) -> None:
    trained = cohort(assignments(variant)[:MEMBERS], method="stacked")
    lesson, group = trained.lesson, trained.group
    objective, weights = lesson.objective(player), getattr(group, player).weights
    gradients, outcome = stacked_gradients(objective, weights, turn_at(lesson, player, 3, group))
    assert gradients.shape == weights.shape
    assert gradients.abs().amax(1).min() > 1e-6
    for row in range(MEMBERS):
        turn = turn_at(lesson, player, 3, group.select([row]))
        single, left = single_gradients(objective, weights[row : row + 1], turn)
        torch.testing.assert_close(gradients[row : row + 1], single, rtol=0, atol=1e-10)
        assert leaves(outcome).keys() == leaves(left).keys()
        for name, value in leaves(left).items():
            assert value.shape[0] == 1
            torch.testing.assert_close(leaves(outcome)[name][row : row + 1], value, rtol=0, atol=1e-10)


def turn_against(opponent: Tensor) -> Turn:
    """A turn of members whose opponents are (K, P), with nothing else in it."""
    nothing = torch.zeros(len(opponent), 1)
    return Turn(
        real=nothing,
        labels=nothing,
        latents=nothing,
        noise={},
        key=nothing,
        settings={},
        progress=nothing,
        opponent=opponent,
        generator_buffers={},
        discriminator_buffers={},
        constraint={},
        loss={},
    )


def distance(flat: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """Half the squared distance of a member to its opponent: the gradient is their difference."""
    loss = (flat - turn.opponent).square().sum() / 2
    return loss, Outcome({}, {}, {}, {}, {"loss": loss.detach(), "seen": turn.opponent.sum()})


def test_each_member_has_its_own_gradient_and_outcome() -> None:
    weights = torch.tensor([[1.0, 2.0], [3.0, 5.0], [-1.0, 0.5]])
    opponent = torch.tensor([[0.0, 4.0], [1.0, 1.0], [-1.0, 0.5]])
    gradients, outcome = stacked_gradients(distance, weights, turn_against(opponent))
    assert torch.equal(gradients, weights - opponent)
    assert outcome.curves["loss"].tolist() == [2.5, 10.0, 0.0]
    assert outcome.curves["seen"].tolist() == [4.0, 2.0, -0.5]


def test_a_cohort_of_one_by_plain_autograd() -> None:
    weights, opponent = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])
    gradients, outcome = single_gradients(distance, weights, turn_against(opponent))
    assert gradients.tolist() == [[1.0, -2.0]]
    assert outcome.curves["loss"].tolist() == [2.5]
    assert not weights.requires_grad
    assert not gradients.requires_grad
    assert not any(value.requires_grad for value in outcome.curves.values())


def test_gradients_leave_the_weights_alone() -> None:
    weights = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
    stacked_gradients(distance, weights, turn_against(torch.zeros(2, 2)))
    single_gradients(distance, weights[:1], turn_against(torch.zeros(1, 2)))
    assert weights.tolist() == [[1.0, 2.0], [3.0, 5.0]]
