"""Stacked gradients against a loop over members, for every variant."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.gradients import single_gradients, stack_trees, stacked_gradients
from benchmark.training.objectives import StepInputs, StepOutputs
from benchmark.training.setup import OBJECTIVES, TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import next_inputs, step_inputs
from ganzoo.registry import VARIANTS

MEMBERS = 3
COMPOSED = (
    "mlp+hinge+r1+consistency+orthogonal+diffaugment+cosine",
    "resnet-conditional+relativistic-average+instance-noise",
)
Assign = Callable[[str], list[TrialConfig]]


def leaves(outputs: StepOutputs) -> dict[str, Tensor]:
    named: dict[str, dict[str, Tensor]] = {name: getattr(outputs, name) for name in outputs.__dataclass_fields__}
    return {f"{kind}.{name}": value for kind, tensors in named.items() for name, value in tensors.items()}


def turn_at(setup: TrainingSetup, player: str, step: int, stacked: StackedMembers) -> StepInputs:
    """What a player of every member reads next, after so many discriminator steps."""
    for input_streams in stacked.input_streams:
        input_streams.seek(step)
    return step_inputs(setup, player, stacked, next_inputs(player, stacked))


@pytest.mark.parametrize("player", OBJECTIVES)
@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_stacked_equals_a_loop(variant: str, player: str, configs: Assign, cohort: Callable[..., Cohort]) -> None:
    trained = cohort(configs(variant)[:MEMBERS], method="stacked")
    setup, stacked = trained.setup, trained.stacked
    objective, weights = setup.objective(player), getattr(stacked, player).weights
    gradients, outputs = stacked_gradients(objective, weights, turn_at(setup, player, 3, stacked))
    assert gradients.shape == weights.shape
    assert gradients.abs().amax(1).min() > 1e-6
    for row in range(MEMBERS):
        step = turn_at(setup, player, 3, stacked.select([row]))
        single, left = single_gradients(objective, weights[row : row + 1], step)
        torch.testing.assert_close(gradients[row : row + 1], single, rtol=0, atol=1e-10)
        assert leaves(outputs).keys() == leaves(left).keys()
        for name, value in leaves(left).items():
            assert value.shape[0] == 1
            torch.testing.assert_close(leaves(outputs)[name][row : row + 1], value, rtol=0, atol=1e-10)


def test_trees_are_stacked_tensor_by_tensor() -> None:
    one, other = (
        {"key": torch.tensor(value), "noise": {"real": torch.tensor([value, 1.0])}, "none": {}} for value in (2.0, 5.0)
    )
    stacked = stack_trees([one, other])
    assert list(stacked) == ["key", "noise", "none"]
    assert stacked["key"].tolist() == [2.0, 5.0]
    assert stacked["noise"]["real"].tolist() == [[2.0, 1.0], [5.0, 1.0]]
    assert stacked["none"] == {}


def turn_against(opponent: Tensor) -> StepInputs:
    """A turn of members whose opponents are (K, P), with nothing else in it."""
    nothing = torch.zeros(len(opponent), 1)
    return StepInputs(
        real=nothing,
        labels=nothing,
        latents=nothing,
        noise={},
        key=nothing,
        hyperparameters={},
        progress=nothing,
        opponent=opponent,
        generator_buffers={},
        discriminator_buffers={},
        constraint={},
        loss={},
        augmentations={},
    )


def distance(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    """Half the squared distance of a member to its opponent: the gradient is their difference."""
    loss = (flat - step.opponent).square().sum() / 2
    return loss, StepOutputs({}, {}, {}, {}, {}, {"loss": loss.detach(), "seen": step.opponent.sum()})


def test_each_member_has_its_own_gradient_and_outcome() -> None:
    weights = torch.tensor([[1.0, 2.0], [3.0, 5.0], [-1.0, 0.5]])
    opponent = torch.tensor([[0.0, 4.0], [1.0, 1.0], [-1.0, 0.5]])
    gradients, outputs = stacked_gradients(distance, weights, turn_against(opponent))
    assert torch.equal(gradients, weights - opponent)
    assert outputs.curves["loss"].tolist() == [2.5, 10.0, 0.0]
    assert outputs.curves["seen"].tolist() == [4.0, 2.0, -0.5]


def test_a_cohort_of_one_by_plain_autograd() -> None:
    weights, opponent = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])
    gradients, outputs = single_gradients(distance, weights, turn_against(opponent))
    assert gradients.tolist() == [[1.0, -2.0]]
    assert outputs.curves["loss"].tolist() == [2.5]
    assert not weights.requires_grad
    assert not gradients.requires_grad
    assert not any(value.requires_grad for value in outputs.curves.values())


def test_gradients_leave_the_weights_alone() -> None:
    weights = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
    stacked_gradients(distance, weights, turn_against(torch.zeros(2, 2)))
    single_gradients(distance, weights[:1], turn_against(torch.zeros(1, 2)))
    assert weights.tolist() == [[1.0, 2.0], [3.0, 5.0]]
