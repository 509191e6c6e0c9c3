"""Optimisers over stacked weights against PyTorch's own, a member at a time."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from benchmark.training.kernels.optimisers import OPTIMISERS, Optimiser, OptimiserSettings, stack_settings
from ganzoo import variant

CPU = torch.device("cpu")
LR, BETA1, BETA2 = [1e-3, 0.05, 2e-4], [0.0, 0.5, 0.9], [0.9, 0.99, 0.999]
RATES = stack_settings(LR, list(zip(BETA1, BETA2, strict=True)), CPU)
PARAMETERS, STEPS = 20, 30
Make = Callable[[list[Tensor], int], torch.optim.Optimizer]


def torch_adam(weights: list[Tensor], row: int) -> torch.optim.Optimizer:
    return torch.optim.Adam(weights, LR[row], betas=(BETA1[row], BETA2[row]), eps=1e-8)


def torch_rmsprop(weights: list[Tensor], row: int) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(weights, LR[row], alpha=BETA2[row], eps=1e-8)


ORACLES: dict[str, Make] = {"adam": torch_adam, "rmsprop": torch_rmsprop}


@pytest.fixture
def start() -> Tensor:
    return torch.randn(3, PARAMETERS, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def gradients() -> Tensor:
    """(STEPS, 3, PARAMETERS), of many magnitudes; the first weight never has one."""
    generator = torch.Generator().manual_seed(1)
    shape = (STEPS, 3, PARAMETERS)
    values = torch.randn(shape, dtype=torch.float64, generator=generator)
    values *= 10 ** torch.linspace(-6, 2, PARAMETERS, dtype=torch.float64)
    values[:, :, 0] = 0
    return values


def moments(optimiser: Optimiser, like: Tensor) -> dict[str, Tensor]:
    return {name: torch.zeros_like(like) for name in optimiser.moments}


def torch_history(make: Make, row: int, start: Tensor, gradients: Tensor) -> list[Tensor]:
    """The weights (PARAMETERS,) of one member after each of its updates."""
    weights = start[row].clone().requires_grad_()
    optimiser, history = make([weights], row), []
    for gradient in gradients:
        weights.grad = gradient.clone()
        optimiser.step()
        history.append(weights.detach().clone())
    return history


def test_every_optimiser_has_an_oracle() -> None:
    assert OPTIMISERS.keys() == ORACLES.keys()
    assert tuple(OPTIMISERS) == variant.OPTIMISERS  # what a variant may name
    assert all(name == optimiser.name for name, optimiser in OPTIMISERS.items())


@pytest.mark.parametrize("name", OPTIMISERS)
def test_members_with_their_own_rates_equal_torch(name: str, start: Tensor, gradients: Tensor) -> None:
    optimiser, weights, updates = OPTIMISERS[name], start.clone(), torch.zeros(3, 1, dtype=torch.float64)
    remembered = moments(optimiser, weights)
    expected = [torch_history(ORACLES[name], row, start, gradients[:, row]) for row in range(3)]
    for step in range(STEPS):
        updates += 1
        optimiser.update(weights, gradients[step].clone(), remembered, updates, RATES)
        after = torch.stack([history[step] for history in expected])
        torch.testing.assert_close(weights, after, rtol=0, atol=1e-12)
    assert (weights - start).abs().min(dim=0).values[1:].min() > 1e-4
    assert torch.equal(weights[:, 0], start[:, 0])


@pytest.mark.parametrize("name", OPTIMISERS)
def test_members_with_different_numbers_of_updates_equal_torch(name: str, start: Tensor, gradients: Tensor) -> None:
    """Member 0 moves every time, member 1 every second and member 2 every fifth, as under n_critic 1, 2 and 5."""
    optimiser, weights, updates = OPTIMISERS[name], start.clone(), torch.zeros(3, 1, dtype=torch.float64)
    remembered = moments(optimiser, weights)
    for step in range(STEPS):
        positions = [row for row, every in enumerate((1, 2, 5)) if step % every == 0]
        due = torch.tensor(positions)
        own = {key: value[due] for key, value in remembered.items()}
        moving = weights[due]
        updates[due] += 1
        optimiser.update(moving, gradients[step, due].clone(), own, updates[due], RATES.select(positions, due))
        weights[due] = moving
        for key, value in own.items():
            remembered[key][due] = value
    assert updates[:, 0].tolist() == [30, 15, 6]
    for row, every in enumerate((1, 2, 5)):
        expected = torch_history(ORACLES[name], row, start, gradients[::every, row])[-1]
        torch.testing.assert_close(weights[row], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_update_is_in_place_and_counts_nothing_itself(name: str, start: Tensor, gradients: Tensor) -> None:
    optimiser, weights, updates = OPTIMISERS[name], start.clone(), torch.ones(3, 1, dtype=torch.float64)
    remembered = moments(optimiser, weights)
    addresses = [value.data_ptr() for value in (weights, *remembered.values())]
    optimiser.update(weights, gradients[0], remembered, updates, RATES)
    assert [value.data_ptr() for value in (weights, *remembered.values())] == addresses
    assert torch.equal(updates, torch.ones(3, 1, dtype=torch.float64))
    assert all(value.any() for value in remembered.values())


def test_adams_first_step_by_hand() -> None:
    """m_hat = g and v_hat = g^2 after one update, whatever the betas: w -= lr g / (|g| + 1e-8)."""
    weights, gradient = torch.zeros(3, 2), torch.tensor([[4.0, -0.5]] * 3)
    remembered = moments(OPTIMISERS["adam"], weights)
    OPTIMISERS["adam"].update(weights, gradient, remembered, torch.ones(3, 1, dtype=torch.float64), RATES)
    assert weights.dtype == torch.float32
    torch.testing.assert_close(weights, torch.tensor([[-rate, rate] for rate in LR]), rtol=1e-5, atol=0)


def test_rmsprops_first_step_by_hand() -> None:
    """v = (1 - beta2) g^2 after one update: w -= lr / sqrt(1 - beta2) for g > 0."""
    weights, gradient = torch.zeros(3, 1), torch.full((3, 1), 4.0)
    remembered = moments(OPTIMISERS["rmsprop"], weights)
    OPTIMISERS["rmsprop"].update(weights, gradient, remembered, torch.ones(3, 1, dtype=torch.float64), RATES)
    expected = [[-rate / (1 - decay) ** 0.5] for rate, decay in zip(LR, BETA2, strict=True)]
    torch.testing.assert_close(weights, torch.tensor(expected), rtol=1e-5, atol=0)


def test_stacked_rates_are_columns_in_float64() -> None:
    assert RATES.lr.tolist() == [[1e-3], [0.05], [2e-4]]
    assert RATES.beta2.tolist() == [[0.9], [0.99], [0.999]]
    assert RATES.betas == ((0.0, 0.9), (0.5, 0.99), (0.9, 0.999))
    assert {RATES.lr.dtype, RATES.beta2.dtype} == {torch.float64}
    chosen = RATES.select([2, 0], torch.tensor([2, 0]))
    assert chosen.lr.tolist() == [[2e-4], [1e-3]]
    assert chosen.beta2.tolist() == [[0.999], [0.9]]
    assert chosen.betas == ((0.9, 0.999), (0.0, 0.9))


def test_scaled_rates_differ_by_the_factor_of_each_member() -> None:
    scaled = RATES.scaled(torch.tensor([1.0, 0.5, 0.0], dtype=torch.float64))
    assert scaled.lr.tolist() == [[1e-3], [0.025], [0.0]]
    assert torch.equal(scaled.beta2, RATES.beta2)
    assert scaled.betas == RATES.betas


def test_joined_rates_are_those_of_all_members() -> None:
    joined = OptimiserSettings.joined([RATES.select([1], slice(1, 2)), RATES])
    assert joined.lr.tolist() == [[0.05], [1e-3], [0.05], [2e-4]]
    assert joined.beta2.tolist() == [[0.99], [0.9], [0.99], [0.999]]
    assert joined.betas == ((0.5, 0.99), (0.0, 0.9), (0.5, 0.99), (0.9, 0.999))


@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=lambda each: each.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_bound_it_does_the_same_bit_for_bit(optimiser: Optimiser, dtype: torch.dtype) -> None:
    draw = torch.Generator().manual_seed(0)
    start = torch.randn(1, 70, generator=draw, dtype=dtype)
    settings = stack_settings([1e-3], [(0.5, 0.99)], torch.device("cpu"))
    sides = [(start.clone(), moments(optimiser, start), torch.zeros(1, 1, dtype=torch.float64)) for _ in range(2)]
    bound = optimiser.bind(*sides[1], settings)
    for factor in (1.0, 1.0, 0.5, 0.1):
        gradients = torch.randn(1, 70, generator=draw, dtype=dtype)
        for _, _, updates in sides:
            updates.add_(1)
        weights, remembered, updates = sides[0]
        scaled = settings.scaled(torch.tensor([factor], dtype=torch.float64))
        optimiser.update(weights, gradients.clone(), remembered, updates, scaled)
        bound(gradients.clone(), factor)
        assert torch.equal(sides[0][0], sides[1][0])
        assert all(torch.equal(remembered[name], sides[1][1][name]) for name in remembered)
