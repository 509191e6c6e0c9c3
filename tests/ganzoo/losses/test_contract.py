"""What every loss of the zoo must do, whatever its formula."""

import inspect
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from math import isfinite
from pkgutil import iter_modules

import pytest
import torch
from torch import Tensor

from ganzoo import losses
from ganzoo.components import Loss, Weights
from ganzoo.hyperparameters import NAMES, check_domain
from ganzoo.registry import BUILT_IN

DTYPES = [torch.float32, torch.float64]

every_loss = pytest.mark.parametrize("loss", BUILT_IN.loss.values(), ids=BUILT_IN.loss.keys())
every_player = pytest.mark.parametrize("player", ["discriminator", "generator"])
every_loss_with_state = pytest.mark.parametrize("loss", [loss for loss in BUILT_IN.loss.values() if loss.state])


def remembered(loss: Loss, dtype: torch.dtype = torch.float64) -> Weights:
    """A state that is not the initial one, so that every term is there."""
    return {name: torch.tensor(0.3, dtype=dtype) for name in loss.state}


def objective(loss: Loss, player: str, dtype: torch.dtype = torch.float64) -> Callable[[Tensor, Tensor], Tensor]:
    return partial(getattr(loss, player), **remembered(loss, dtype=dtype))


def logits(count: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    real, fake = 3 * torch.randn(2, count, dtype=dtype)
    return real.requires_grad_(), fake.requires_grad_()


def test_every_loss_of_the_package_is_listed() -> None:
    modules = [import_module(f"{losses.__name__}.{found.name}") for found in iter_modules(losses.__path__)]
    written = [part for module in modules for part in vars(module).values() if isinstance(part, Loss)]
    assert {part.name: part for part in written} == BUILT_IN.loss
    assert len(written) == len(BUILT_IN.loss)


@every_loss
@every_player
@pytest.mark.parametrize("dtype", DTYPES)
def test_is_not_reduced_keeps_the_dtype_and_leaves_its_input_alone(loss: Loss, player: str, dtype: torch.dtype) -> None:
    real, fake = logits(7, dtype)
    before = real.clone(), fake.clone()
    values = objective(loss, player, dtype)(real, fake)
    assert values.shape == (7,)
    assert values.dtype == dtype
    assert torch.equal(real, before[0])
    assert torch.equal(fake, before[1])


@every_loss
@every_player
def test_gradient_equals_finite_differences(loss: Loss, player: str) -> None:
    assert torch.autograd.gradcheck(objective(loss, player), logits(16), eps=1e-7, atol=1e-6)


@every_loss
@every_player
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("real_logit", [-1e4, 0.0, 1e4])
@pytest.mark.parametrize("fake_logit", [-1e4, 0.0, 1e4])
def test_extreme_logits_stay_finite(
    loss: Loss, player: str, dtype: torch.dtype, real_logit: float, fake_logit: float
) -> None:
    real = torch.full((3,), real_logit, dtype=dtype, requires_grad=True)
    fake = torch.full((3,), fake_logit, dtype=dtype, requires_grad=True)
    values = objective(loss, player, dtype)(real, fake)
    gradients = torch.autograd.grad(values.sum(), (real, fake), create_graph=True, materialize_grads=True)
    again = [each for each in gradients if each.requires_grad]
    second = (
        torch.autograd.grad(sum(each.sum() for each in again), (real, fake), materialize_grads=True) if again else ()
    )
    assert all(tensor.isfinite().all() for tensor in (values, *gradients, *second))


@every_loss
def test_discriminator_raises_real_logits_and_lowers_fake_ones(loss: Loss) -> None:
    real, fake = (zeros.requires_grad_() for zeros in torch.zeros(2, 4, dtype=torch.float64).unbind())
    play = objective(loss, "discriminator")
    on_real, on_fake = torch.autograd.grad(play(real, fake).sum(), (real, fake))
    assert (on_real < 0).all()
    assert (on_fake >= 0).all()
    assert (play(real - 0.1 * on_real, fake - 0.1 * on_fake) < play(real, fake)).all()


@every_loss
def test_generator_raises_fake_logits(loss: Loss) -> None:
    fake = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(objective(loss, "generator")(torch.zeros(4).double(), fake).sum(), fake)
    slope = gradient.max().item()
    assert slope < 0, f"{loss.name}: the generator's loss must fall as fake logits rise; at 0 its slope is {slope}"


@every_loss
def test_generator_reads_real_logits_only_if_relativistic(loss: Loss) -> None:
    real, fake = logits(8)
    play = objective(loss, "generator")
    assert loss.relativistic != torch.equal(play(real, fake), play(torch.zeros(8).double(), fake))


@every_loss
@every_player
def test_only_the_relativistic_see_no_common_shift(loss: Loss, player: str) -> None:
    real, fake = logits(8)
    play = objective(loss, player)
    assert loss.relativistic == torch.allclose(play(real + 5, fake + 5), play(real, fake)) or loss.unbounded


@every_loss
def test_only_the_unbounded_reward_any_slope(loss: Loss) -> None:
    """All others are errors of a kind, never below 0; an energy's balance takes the place of a bound."""
    values = objective(loss, "discriminator")(torch.full((2,), 1e4).double(), torch.full((2,), -1e4).double())
    assert loss.unbounded == (values < -1e3).all() or loss.energy


@every_loss
@every_player
def test_each_value_depends_on_its_own_logits_alone(loss: Loss, player: str) -> None:
    if loss.name == "relativistic-average":
        pytest.skip("an average reads the whole batch")
    real, fake = logits(6)
    play = objective(loss, player)
    by_one = [play(real[i : i + 1], fake[i : i + 1]) for i in range(6)]
    torch.testing.assert_close(play(real, fake), torch.cat(by_one), rtol=0, atol=1e-14)


@every_loss
@every_player
def test_stacked_members_equal_a_loop(loss: Loss, player: str) -> None:
    """Values, gradients and products with the Hessian, each member with a state of its own."""
    real, fake = 3 * torch.randn(2, 5, 9, dtype=torch.float64)
    states = {name: torch.rand(5, dtype=torch.float64) for name in loss.state}

    def total(real: Tensor, fake: Tensor, state: Weights) -> Tensor:
        return getattr(loss, player)(real, fake, **state).mean()

    def curvature(real: Tensor, fake: Tensor, state: Weights) -> Tensor:
        return sum(gradient.square().sum() for gradient in torch.func.grad(total, (0, 1))(real, fake, state))  # type: ignore[return-value]

    for function in (torch.func.grad_and_value(total, (0, 1)), torch.func.grad_and_value(curvature, (0, 1))):
        stacked = torch.func.vmap(function)(real, fake, states)
        looped = [function(real[i], fake[i], {name: value[i] for name, value in states.items()}) for i in range(5)]
        together = [torch.stack(parts) for parts in zip(*((*on, value) for on, value in looped), strict=True)]
        torch.testing.assert_close([*stacked[0], stacked[1]], together, rtol=1e-12, atol=1e-14)


@every_loss
def test_without_state_there_is_no_next_one(loss: Loss) -> None:
    settings = {name: torch.tensor(0.5) for name in loss.defaults}
    following = loss.next_state(remembered(loss), *logits(4), settings)
    assert following.keys() == loss.state.keys()
    assert all(name.isidentifier() and isfinite(value) for name, value in loss.state.items())


@every_loss_with_state
def test_next_states_of_stacked_members_equal_a_loop(loss: Loss) -> None:
    real, fake = -torch.rand(2, 5, 9, dtype=torch.float64)
    states = {name: torch.rand(5, dtype=torch.float64) for name in loss.state}
    settings = {name: torch.rand(5, dtype=torch.float64) for name in NAMES}
    stacked = torch.func.vmap(loss.next_state)(states, real, fake, settings)
    for i in range(5):
        own, mine = ({name: value[i] for name, value in values.items()} for values in (states, settings))
        torch.testing.assert_close(
            {name: value[i] for name, value in stacked.items()}, loss.next_state(own, real[i], fake[i], mine)
        )


@every_loss_with_state
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_next_state_carries_no_gradient_and_keeps_its_form(loss: Loss, dtype: torch.dtype) -> None:
    before = remembered(loss, dtype=dtype)
    settings = {name: torch.tensor(0.5, dtype=dtype) for name in NAMES}
    for name, value in loss.next_state(before, *logits(4, dtype), settings).items():
        assert value.shape == ()
        assert value.dtype == dtype
        assert not value.requires_grad
        assert before[name].item() == pytest.approx(0.3)


@every_loss
def test_states_its_paper_its_limits_its_formula_and_allowed_defaults(loss: Loss) -> None:
    assert re.search(r"(arXiv:\d{4}\.\d{4,5}|doi:10\.\d{4,}/\S)", loss.citation)
    assert any(word in loss.citation for word in ("equation", "section", "algorithm", "table"))
    assert loss.limits.endswith(".")
    for player in (loss.discriminator, loss.generator):
        described = inspect.getdoc(getattr(player, "func", player)) or ""
        assert re.search(r"\S; \(N,\), \(N,\) -> \(N,\)\.$", described.splitlines()[0])
    for name, value in loss.defaults.items():
        check_domain(name, value)
