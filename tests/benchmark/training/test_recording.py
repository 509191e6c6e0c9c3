"""Recorded gradients against those that autograd computes."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.gradients import leaves_of, single_gradients, tree_of
from benchmark.training.kernels.selection import kernels_for
from benchmark.training.objectives import StepInputs, StepOutputs
from benchmark.training.recording import CHECKS, RecordedGradients, record
from benchmark.training.setup import OBJECTIVES
from benchmark.training.step import next_inputs, step_inputs
from ganzoo.registry import VARIANTS

COMPOSED = (
    "mlp+hinge+gp+consistency-shift+orthogonal+linear-decay+ema",
    "mlp+relativistic-average+r1+consistency+diffaugment+instance-noise+cosine",
    "resnet-conditional+wasserstein+lp+dragan+diffaugment",
)
Assign = Callable[[str], list[TrialConfig]]
Make = Callable[..., Cohort]


def all_tensors(gradients: Tensor, outputs: StepOutputs) -> list[Tensor]:
    return [gradients, *leaves_of(tree_of(outputs))]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("player", OBJECTIVES)
@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_a_recording_is_bitwise_what_autograd_computes(
    variant: str, player: str, dtype: torch.dtype, configs: Assign, cohort: Make
) -> None:
    trained = cohort(configs(variant)[:1], method="looped", dtype=dtype)
    setup, stacked = trained.setup, trained.stacked
    objective, weights = setup.objective(player), getattr(stacked, player).weights
    with kernels_for(trained.model.generator.module, trained.model.discriminator.module):
        recording = record(objective, weights, step_inputs(setup, player, stacked, next_inputs(player, stacked)))
        assert recording is not None
        for number in (0, 1, 2):
            step = step_inputs(setup, player, stacked, next_inputs(player, stacked))
            computed = all_tensors(*single_gradients(objective, weights * (1 + number / 10), step))
            played = all_tensors(*recording(weights * (1 + number / 10), step))
            assert all(torch.equal(one, other) for one, other in zip(computed, played, strict=True))
            assert not any(value.requires_grad for value in played)


def step_against(opponent: Tensor) -> StepInputs:
    nothing = torch.zeros(1, 1)
    return StepInputs(
        **dict.fromkeys(("real", "labels", "latents", "key", "progress"), nothing),
        **{name: {} for name in ("noise", "hyperparameters", "generator_buffers", "discriminator_buffers")},
        constraint={},
        loss={},
        opponent=opponent,
    )


def outputs_of(value: Tensor) -> StepOutputs:
    return StepOutputs({}, {}, {}, {}, {"loss": value.detach()})


def squared(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    loss = (flat - step.opponent).square().sum() / 2
    return loss, outputs_of(loss)


def looks_at_values(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    loss = flat.sum() if flat[0] > 0 else -flat.sum()
    return loss, outputs_of(loss)


def draws_numbers(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    loss = (flat * torch.rand(2)).sum()
    return loss, outputs_of(loss)


def counts_calls() -> Callable[[Tensor, StepInputs], tuple[Tensor, StepOutputs]]:
    calls = []

    def objective(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
        calls.append(1)
        return flat.sum() * len(calls), outputs_of(flat.sum())

    return objective


def test_is_played_back_after_a_while() -> None:
    gradients = RecordedGradients(squared, patience=3)
    played = []
    for call in range(8):
        weights = torch.tensor([[1.0, float(call)]])
        played.append(gradients.plays_back)
        found, outputs = gradients(weights, step_against(torch.tensor([[0.0, 2.0]])))
        assert found.tolist() == [[1.0, call - 2.0]]
        assert outputs.curves["loss"].tolist() == [(1 + (call - 2.0) ** 2) / 2]
    assert played == [False] * (3 + CHECKS) + [True] * (5 - CHECKS)


@pytest.mark.parametrize("objective", [looks_at_values, draws_numbers, counts_calls()])
def test_what_cannot_be_recorded_is_computed(
    objective: Callable[[Tensor, StepInputs], tuple[Tensor, StepOutputs]],
) -> None:
    """It looks at values, draws numbers of its own, or keeps a state: a recording would go on with the first."""
    gradients = RecordedGradients(objective, patience=0)
    for _ in range(5):
        gradients(torch.tensor([[1.0, 2.0]]), step_against(torch.zeros(1, 2)))
    assert not gradients.plays_back
    if objective is looks_at_values:
        found, _ = gradients(torch.tensor([[-1.0, 2.0]]), step_against(torch.zeros(1, 2)))
        assert found.tolist() == [[-1.0, -1.0]]


def test_a_diverged_member_is_no_reason_to_give_up() -> None:
    gradients = RecordedGradients(squared, patience=0)
    for _ in range(CHECKS):
        gradients(torch.tensor([[float("nan"), 1.0]]), step_against(torch.zeros(1, 2)))
    assert gradients.plays_back
