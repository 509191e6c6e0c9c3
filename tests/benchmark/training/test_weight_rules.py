"""Constraints, schedules and averages that break a rule, each with its line; and that none of the zoo does."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.training.weight_rules import check_averaging, check_constraint, check_schedule
from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.components import Averaging, Constraint, Schedule, Weights
from ganzoo.hyperparameters import NAMES
from ganzoo.registry import BUILT_IN

OWN = Constraint("own", "these tests")


def critic() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 1))


def halved(weights: Weights, state: Weights) -> tuple[Weights, Weights]:
    return {name: each / 2 for name, each in weights.items()}, state


def per_matrix(weights: Weights, generator: torch.Generator) -> Weights:
    return {name: each.new_zeros(len(each)) for name, each in weights.items() if each.dim() > 1}


@pytest.mark.parametrize("name", [*BUILT_IN.constraint])
def test_the_zoo_s_constraints_keep_the_rules(name: str) -> None:
    network = critic()
    before = [each.clone() for each in network.parameters()]
    check_constraint(BUILT_IN.constraint[name], network, NAMES)
    assert all(map(torch.equal, before, network.parameters()))


def test_without_weights_there_is_nothing_to_hold() -> None:
    check_constraint(replace(OWN, project=lambda weights, clip: weights[1:]), nn.Identity(), NAMES)


def test_a_sound_one_is_tried_on_what_it_asked_for() -> None:
    seen: list[tuple[set[str], set[str]]] = []

    def reparametrise(weights: Weights, state: Weights) -> tuple[Weights, Weights]:
        seen.append((set(weights), set(state)))
        return halved(weights, state)

    check_constraint(replace(OWN, initial_state=per_matrix, reparametrise=reparametrise), critic(), NAMES)
    assert seen[0] == ({"0.weight", "0.bias", "1.weight", "1.bias"}, {"0.weight", "1.weight"})


@pytest.mark.parametrize(
    ("functions", "told"),
    [
        ({"initial_state": lambda weights, generator: 1}, "initial_state gives a int; must be tensors by name"),
        ({"initial_state": lambda weights, generator: {"a": 1}}, "initial_state gives a dict; must be tensors by name"),
        (
            {"reparametrise": lambda weights, state: weights},
            "reparametrise gives a dict; must be (weights, next state), a tuple of two",
        ),
        (
            {"reparametrise": lambda weights, state: ({}, state)},
            "reparametrise gives nothing; must be '0.weight', '0.bias', '1.weight', '1.bias': the weights that it was "
            "given, by name",
        ),
        (
            {"reparametrise": lambda weights, state: (weights | {"0.bias": torch.zeros(2)}, state)},
            "reparametrise, by the name '0.bias', gives (2,); must be (3,): the weights that it was given",
        ),
        (
            {"initial_state": per_matrix, "reparametrise": lambda weights, state: (weights, {})},
            "reparametrise, of the state, gives nothing; must be '0.weight', '1.weight': what initial_state gives, by "
            "name",
        ),
        (
            {
                "reparametrise": lambda weights, state: (
                    (weights, state) if weights["0.bias"].sum() > 9 else (weights, {})
                )
            },
            "reparametrise decides by a tensor's values, by an if, a mask or .item(), which many runs trained as one "
            "cannot; use torch.where, and keep values in tensors",
        ),
        (
            {"project": lambda weights, clip: weights[..., 1:]},
            "project gives (2, 18); must be (2, 19): as many weights as there are, a run a row",
        ),
        (
            {"project": lambda weights, clip: weights.clamp_(0, 1)},
            "project changes what it is given, in place; must compute with a copy, as x * 2 makes one",
        ),
        (
            {"regularise": lambda weights: weights["0.bias"]},
            "regularise gives (3,); must be (): one number for all weights",
        ),
        ({"regularise": lambda weights: 1.0}, "regularise gives a float; must be (): one number for all weights"),
    ],
)
def test_constraints(functions: dict[str, object], told: str) -> None:
    with pytest.raises(UserError) as refused:
        check_constraint(replace(OWN, **functions), critic(), NAMES)  # type: ignore[arg-type]
    assert str(refused.value) == f"constraint 'own': its {told}"


def per_run(weights: Tensor, clip: Tensor) -> Tensor:
    return weights * (clip / weights.norm(dim=-1, keepdim=True)).clamp(max=1)


def over_all_runs(weights: Tensor, clip: Tensor) -> Tensor:
    return weights * (clip / weights.norm()).clamp(max=1)


def test_a_projection_looks_at_each_run_by_itself() -> None:
    check_constraint(replace(OWN, project=per_run), critic(), {"clip"})
    with pytest.raises(UserError, match=r"^constraint 'own': its project gives a run other weights beside another run"):
        check_constraint(replace(OWN, project=over_all_runs), critic(), {"clip"})


def test_a_hyperparameter_that_is_read_has_a_default() -> None:
    check_constraint(replace(OWN, project=lambda weights, clip: weights.tanh()), critic(), set())
    with pytest.raises(UserError) as refused:
        check_constraint(replace(OWN, project=per_run), critic(), {"constraint_weight"})
    told = "reads clip, and nothing gives a default of it; say defaults={'clip': ...}"
    assert str(refused.value) == f"constraint 'own': its project {told}"
    squares = replace(OWN, regularise=lambda weights: weights["0.bias"].square().sum())
    check_constraint(squares, critic(), {"constraint_weight"})
    with pytest.raises(
        UserError, match=r"^constraint 'own': its regularise reads constraint_weight, and nothing gives"
    ):
        check_constraint(squares, critic(), {"clip"})


@pytest.mark.parametrize("name", [*BUILT_IN.schedule])
def test_the_zoo_s_schedules_keep_the_rules(name: str) -> None:
    check_schedule(BUILT_IN.schedule[name])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (-0.5, "gives -0.5 at 0.0 of training; must be a number of 0 or more"),
        (float("inf"), "gives inf at 0.0 of training; must be a number of 0 or more"),
        (float("nan"), "gives nan at 0.0 of training; must be a number of 0 or more"),
        (torch.tensor(1.0), "gives tensor(1.) at 0.0 of training; must be a number of 0 or more"),
        (None, "gives None at 0.0 of training; must be a number of 0 or more"),
    ],
)
def test_schedules(value: object, told: str) -> None:
    with pytest.raises(UserError) as refused:
        check_schedule(Schedule("own", "these tests", lambda share: value))  # type: ignore[arg-type, return-value]
    assert str(refused.value) == f"schedule 'own': its factor {told}"


def test_what_a_schedule_does_late_is_met_before_it_is_trained_with() -> None:
    with pytest.raises(UserError, match=r"^schedule 'own': its factor gives -0.25 at 0.75 of training; must be"):
        check_schedule(Schedule("own", "these tests", lambda share: 0.5 - share))
    with pytest.raises(UserError, match=r"given 0.0, raises ZeroDivisionError.*: float division by zero$"):
        check_schedule(Schedule("own", "these tests", lambda share: 1 / share))


def test_the_zoo_s_average_keeps_the_rules() -> None:
    check_averaging(EXPONENTIAL_AVERAGE, torch.zeros(1))


@pytest.mark.parametrize(
    ("decay", "told"),
    [
        (lambda updates: 1 + updates, "gives 2 at update 1, 3 at update 2, 1001 at update 1000; must be in [0, 1]"),
        (lambda updates: updates.new_tensor(0.999), "gives (); must be (3, 1): a share for each number of updates"),
        (lambda updates: 0.999, "gives a float; must be (3, 1): a share for each number of updates"),
    ],
)
def test_averages(decay: object, told: str) -> None:
    own = Averaging("own", decay, "these tests")  # type: ignore[arg-type]
    with pytest.raises(UserError) as refused:
        check_averaging(own, torch.zeros(1))
    assert str(refused.value) == f"averaging 'own': its decay {told}"


def test_numbers_are_of_the_images_type() -> None:
    seen: list[torch.dtype] = []

    def decay(updates: Tensor) -> Tensor:
        seen.append(updates.dtype)
        return updates * 0

    check_averaging(Averaging("own", decay, "these tests"), torch.zeros(1, dtype=torch.float64))
    assert set(seen) == {torch.float64}
