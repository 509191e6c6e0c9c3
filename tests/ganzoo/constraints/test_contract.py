"""What every constraint of the zoo must do, whichever of its ways it takes: reparametrise, project or regularise."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
import torch
from torch import Tensor

from ganzoo import constraints
from ganzoo.components import UNCONSTRAINED, Constraint, Weights
from ganzoo.hyperparameters import check_domain
from ganzoo.registry import BUILT_IN

SHAPES = {"0.weight": (4, 3, 2, 2), "0.bias": (4,), "1.weight": (5, 16), "1.bias": (5,), "2.weight": (1, 5)}

every_constraint = pytest.mark.parametrize("constraint", BUILT_IN.constraint.values(), ids=BUILT_IN.constraint.keys())
REGULARISERS = [constraint for constraint in BUILT_IN.constraint.values() if constraint.regularise]
every_regulariser = pytest.mark.parametrize("constraint", REGULARISERS, ids=[each.name for each in REGULARISERS])


def weights(dtype: torch.dtype = torch.float64) -> Weights:
    return {name: torch.randn(shape, dtype=dtype) for name, shape in SHAPES.items()}


def state(constraint: Constraint, of: Weights, seed: int = 0) -> Weights:
    return constraint.initial_state(of, torch.Generator().manual_seed(seed))


def objective(constraint: Constraint, named: Weights, remembered: Weights) -> Tensor:
    """A number () that reads every weight to compute with, and what the constraint adds."""
    computed, _ = constraint.reparametrise(named, remembered)
    value = sum((tensor.sin() * (1 + place)).sum() for place, tensor in enumerate(computed.values()))
    return value + 0.7 * constraint.regularise(named) if constraint.regularise else value  # type: ignore[return-value]


def test_every_constraint_of_the_package_is_listed() -> None:
    modules = [import_module(f"{constraints.__name__}.{found.name}") for found in iter_modules(constraints.__path__)]
    written = [part for module in modules for part in vars(module).values() if isinstance(part, Constraint)]
    assert {part.name: part for part in written} == BUILT_IN.constraint
    assert len(written) == len(BUILT_IN.constraint)


@every_constraint
def test_takes_at_least_one_of_the_ways(constraint: Constraint) -> None:
    ways = ("reparametrise", "project", "regularise")
    assert any(getattr(constraint, way) is not getattr(UNCONSTRAINED, way) for way in ways)


@every_constraint
def test_stacked_members_equal_a_loop(constraint: Constraint) -> None:
    members = [weights() for _ in range(4)]
    states = [state(constraint, member, seed) for seed, member in enumerate(members)]
    stacked = [{name: torch.stack([one[name] for one in many]) for name in many[0]} for many in (members, states)]
    gradient = torch.func.grad_and_value(lambda named, remembered: objective(constraint, named, remembered))
    gradients, values = torch.func.vmap(gradient)(*stacked)
    _, following = torch.func.vmap(constraint.reparametrise)(*stacked)
    for index, (member, remembered) in enumerate(zip(members, states, strict=True)):
        own_gradients, own_value = gradient(member, remembered)
        torch.testing.assert_close(values[index], own_value)
        torch.testing.assert_close({name: tensor[index] for name, tensor in gradients.items()}, own_gradients)
        _, own_following = constraint.reparametrise(member, remembered)
        torch.testing.assert_close({name: tensor[index] for name, tensor in following.items()}, own_following)


@every_constraint
def test_projections_of_stacked_members_equal_a_loop(constraint: Constraint) -> None:
    flat, clip = torch.randn(4, 30, dtype=torch.float64), torch.rand(4, 1, dtype=torch.float64)
    together = constraint.project(flat, clip)
    looped = torch.stack([constraint.project(*pair) for pair in zip(flat, clip, strict=True)])
    assert torch.equal(together, looped)
    assert torch.equal(torch.func.vmap(constraint.project)(flat, clip), looped)
    assert torch.equal(constraint.project(together, clip), together)


@every_constraint
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_reach_every_weight(constraint: Constraint, dtype: torch.dtype) -> None:
    named = {name: tensor.requires_grad_() for name, tensor in weights(dtype).items()}
    gradients = torch.autograd.grad(objective(constraint, named, state(constraint, named)), list(named.values()))
    for gradient in gradients:
        assert gradient.dtype == dtype
        assert gradient.isfinite().all()
        assert gradient.any()


@every_constraint
def test_names_shapes_and_input_are_kept(constraint: Constraint) -> None:
    named = weights()
    remembered = state(constraint, named)
    copies = [{name: tensor.clone() for name, tensor in each.items()} for each in (named, remembered)]
    computed, following = constraint.reparametrise(named, remembered)
    flat, clip = torch.randn(30), torch.tensor([0.1])
    untouched = flat.clone()
    constraint.project(flat, clip)
    if constraint.regularise:
        constraint.regularise(named)
    torch.testing.assert_close([named, remembered], copies, rtol=0, atol=0)
    assert torch.equal(flat, untouched)
    for before, after in ((named, computed), (remembered, following)):
        assert {name: tensor.shape for name, tensor in before.items()} == {n: t.shape for n, t in after.items()}


@every_constraint
def test_the_initial_state_follows_the_generator(constraint: Constraint) -> None:
    named = weights()
    first, again, other = (state(constraint, named, seed) for seed in (1, 1, 2))
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert not first or any(not torch.equal(first[name], other[name]) for name in first)


@every_regulariser
def test_regulariser_is_one_number_and_equals_finite_differences(constraint: Constraint) -> None:
    assert constraint.regularise is not None
    named = weights()
    assert constraint.regularise(named).shape == ()
    assert constraint.regularise(weights(torch.float32)).dtype == torch.float32

    def of_weights(*tensors: Tensor) -> Tensor:
        assert constraint.regularise is not None
        return constraint.regularise(dict(zip(named, tensors, strict=True)))

    inputs = tuple(tensor.requires_grad_() for tensor in named.values())
    assert torch.autograd.gradcheck(of_weights, inputs)
    assert torch.autograd.gradgradcheck(of_weights, inputs)


@every_regulariser
def test_regulariser_is_weighed_by_a_hyperparameter_of_its_own(constraint: Constraint) -> None:
    assert constraint.defaults.keys() == {"constraint_weight"}


@every_constraint
def test_states_its_paper_its_limits_and_allowed_defaults(constraint: Constraint) -> None:
    assert re.search(r"(arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4,}/\S)", constraint.citation)
    assert any(word in constraint.citation for word in ("equation", "section", "algorithm"))
    assert constraint.limits.endswith(".")
    for name, value in constraint.defaults.items():
        check_domain(name, value)
