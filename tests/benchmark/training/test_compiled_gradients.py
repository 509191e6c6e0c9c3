"""Compiled gradients against those that autograd computes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from bare_steps import step_against
from cpp_compiler import needs_compiler
from torch import Tensor

from benchmark.training.cohort import Cohort
from benchmark.training.compiled_gradients import CompiledGradients
from benchmark.training.gradients import leaves_of, tree_of
from benchmark.training.objectives import StepInputs, StepOutputs
from benchmark.training.programs.compiled_shelf import CompiledShelf
from benchmark.training.recording import CHECKS, RecordedGradients
from ganzoo.registry import CORE, VARIANTS

pytestmark = needs_compiler
COMPOSED = (
    "mlp+hinge+gp+consistency-shift+orthogonal+linear-decay+ema",
    "mlp+relativistic-average+r1+consistency+diffaugment+instance-noise+cosine",
    "resnet-conditional+wasserstein+lp+dragan+diffaugment",
)
STEPS = 20
# What 20 updates make of a last digit, as in test_cohort.
CLOSE = {torch.float64: 1e-8, torch.float32: 2e-2}


@pytest.fixture(scope="session")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all of pytest's processes share."""
    return tmp_path_factory.getbasetemp().parent / "compiled"


def squared(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    loss = (flat - step.opponent).square().sum() / 2
    return loss, StepOutputs({}, {}, {}, {}, {}, {"loss": loss.detach()})


def looks_at_values(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    loss = flat.sum() * 3 if flat[0] > 0 else -flat.sum()
    return loss, StepOutputs({}, {}, {}, {}, {}, {"loss": loss.detach()})


def gradients_of(objective: Callable, name: str, folder: Path) -> CompiledGradients:
    return CompiledGradients(
        objective, name, CompiledShelf(folder, "tests"), RecordedGradients(objective, patience=1, name=name)
    )


@pytest.mark.long
def test_gives_the_machine_code_s_numbers_from_the_first_call_on(shelves: Path) -> None:
    gradients = gradients_of(squared, "squared", shelves)
    for call in range(CHECKS + 2):
        assert (gradients.program is not None) == (call >= CHECKS)
        weights, step = torch.tensor([[1.0, float(call)]]), step_against(torch.tensor([[0.0, 2.0]]))
        found, outputs = gradients(weights, step)
        assert found.tolist() == [[1.0, call - 2.0]]
        assert outputs.curves["loss"].tolist() == [(1 + (call - 2.0) ** 2) / 2]
    assert gradients.path == "compiled"
    assert gradients.names["curves"].keys() == {"loss"}
    with torch.no_grad():
        again, loss = gradients.program.bind([weights, *leaves_of(tree_of(step))])()
    assert (again.tolist(), loss.tolist()) == (found.tolist(), outputs.curves["loss"].tolist())


def test_what_cannot_be_compiled_goes_by_its_recording_and_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gradients = gradients_of(looks_at_values, "looks", tmp_path)
    for call in range(5):
        found, _ = gradients(torch.tensor([[1.0 + call, 2.0]]), step_against(torch.zeros(1, 2)))
        assert found.tolist() == [[3.0, 3.0]]
    assert (gradients.path, gradients.program) == ("autograd", None)
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": it cannot")[0] for line in said] == [
        "ganbench: looks trains slower, by its recording",
        "ganbench: looks trains slower, by autograd",
    ]


@pytest.mark.long
def test_a_program_that_is_wrong_is_used_by_nobody(shelves: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def doubled(flat: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
        loss, outputs = squared(flat, step)
        return 2 * loss, outputs

    # The same name and code, so that it is given the other's program.
    weights, step = torch.tensor([[1.0, 3.0]]), step_against(torch.tensor([[0.0, 2.0]]))
    gradients_of(squared, "wrong", shelves)(weights, step)
    for _ in range(2):
        gradients = gradients_of(doubled, "wrong", shelves)
        found, _ = gradients(weights, step)
        assert found.tolist() == [[2.0, 2.0]]
        assert gradients.path == "autograd"
    assert "wrong trains slower, by its recording" in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.parametrize("dtype", CLOSE, ids=str)
@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_trains_as_autograd_does(
    variant: str, dtype: torch.dtype, configs: Callable, cohort: Callable[..., Cohort], shelves: Path
) -> None:
    """Twenty updates of each player, in double precision to 1e-8; and the same bits when it is done again."""
    if dtype == torch.float32 and variant not in CORE:
        pytest.skip("in double precision")
    plain, *compiled = [cohort(configs(variant)[1:2], method="looped", dtype=dtype) for _ in range(3)]
    for each in compiled:
        each.setup = replace(each.setup, compiled=CompiledShelf(shelves, "tests"))
        each._trainers = each._assign()
    for each in (plain, *compiled):
        each.advance(STEPS)
    assert [each.setup.gradients for each in compiled] == ["compiled", "compiled"]
    for player in ("generator", "discriminator"):
        weights, first, second = (getattr(each.stacked, player).weights for each in (plain, *compiled))
        assert torch.equal(first, second)
        assert (first - weights).norm() <= CLOSE[dtype] * weights.norm()
