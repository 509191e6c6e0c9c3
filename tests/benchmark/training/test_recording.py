"""Recorded gradients against those that autograd computes."""

from collections.abc import Callable

import pytest
import torch
from bare_steps import step_against
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


@pytest.mark.parametrize(
    # That it is the same in double precision, test_cohort shows against another loop.
    "dtype",
    [torch.float32, pytest.param(torch.float64, marks=pytest.mark.long)],
    ids=str,
)
@pytest.mark.parametrize("player", OBJECTIVES)
@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_a_recording_is_bitwise_what_autograd_computes(
    variant: str, player: str, dtype: torch.dtype, configs: Assign, cohort: Make
) -> None:
    trained = cohort(configs(variant)[:1], method="looped", dtype=dtype)
    setup, stacked = trained.setup, trained.stacked
    objective, weights = setup.objective(player), getattr(stacked, player).weights
    with kernels_for(trained.model.generator.module, trained.model.discriminator.module):
        program = record(objective, weights, step_inputs(setup, player, stacked, next_inputs(player, stacked)))
        for number in (0, 1, 2):
            step = step_inputs(setup, player, stacked, next_inputs(player, stacked))
            computed = all_tensors(*single_gradients(objective, weights * (1 + number / 10), step))
            with torch.inference_mode():
                played = program.bind([weights * (1 + number / 10), *leaves_of(tree_of(step))])()
            assert all(torch.equal(one, other) for one, other in zip(computed, played, strict=True))
            assert not any(value.requires_grad for value in played)


def outputs_of(value: Tensor) -> StepOutputs:
    return StepOutputs({}, {}, {}, {}, {}, {"loss": value.detach()})


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


def played(gradients: RecordedGradients, weights: Tensor, step: StepInputs) -> list[Tensor]:
    assert gradients.program is not None
    with torch.inference_mode():
        return gradients.program.bind([weights, *leaves_of(tree_of(step))])()


def test_is_recorded_after_a_while() -> None:
    gradients = RecordedGradients(squared, patience=3, name="squared")
    there = []
    for call in range(8):
        weights = torch.tensor([[1.0, float(call)]])
        there.append(gradients.program is not None)
        step = step_against(torch.tensor([[0.0, 2.0]]))
        found, outputs = gradients(weights, step)
        assert found.tolist() == [[1.0, call - 2.0]]
        assert outputs.curves["loss"].tolist() == [(1 + (call - 2.0) ** 2) / 2]
        if there[-1]:
            again, loss = played(gradients, weights, step)
            assert (again.tolist(), loss.tolist()) == (found.tolist(), outputs.curves["loss"].tolist())
            assert gradients.names["curves"].keys() == {"loss"}
    assert there == [False] * (3 + CHECKS) + [True] * (5 - CHECKS)


@pytest.mark.parametrize(
    ("objective", "reason"),
    [
        (looks_at_values, "it looks at a tensor's value"),
        (draws_numbers, "it computes other numbers than autograd"),
        (counts_calls(), "it computes other numbers than autograd"),
    ],
)
def test_what_cannot_be_recorded_is_computed_and_said_once(
    objective: Callable[[Tensor, StepInputs], tuple[Tensor, StepOutputs]],
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It looks at values, draws numbers of its own, or keeps a state: a recording would go on with the first."""
    gradients = RecordedGradients(objective, patience=0, name=f"{objective.__name__}'s generator")
    for _ in range(5):
        gradients(torch.tensor([[1.0, 2.0]]), step_against(torch.zeros(1, 2)))
    assert gradients.program is None
    (line,) = capsys.readouterr().err.splitlines()
    start = f"ganbench: {objective.__name__}'s generator trains slower, by autograd: it cannot be recorded: "
    assert line.startswith(start + reason)
    if objective is looks_at_values:
        found, _ = gradients(torch.tensor([[-1.0, 2.0]]), step_against(torch.zeros(1, 2)))
        assert found.tolist() == [[-1.0, -1.0]]


def test_a_diverged_member_is_no_reason_to_give_up() -> None:
    gradients = RecordedGradients(squared, patience=0, name="squared")
    for _ in range(CHECKS):
        gradients(torch.tensor([[float("nan"), 1.0]]), step_against(torch.zeros(1, 2)))
    assert gradients.program is not None
