"""Layouts: what goes in comes out, where it lies in memory, and gradients through it."""

import pytest
import torch
from torch import nn
from torch.func import functional_call

from benchmark.training.kernels.flat_parameters import Layout
from benchmark.training.model import ImageShape, build
from ganzoo.registry import VARIANTS

TINY = ImageShape(channels=1, resolution=8, classes=10)


def small() -> nn.Module:
    """Parameters of 3 x 5, 3, 2 x 3 and 2 numbers: 26, which pad to 16 each."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3, affine=False), nn.Tanh(), nn.Linear(3, 2)).double()


def test_sizes_and_padding_by_hand() -> None:
    layout = Layout.of(small())
    assert layout.names == ("0.weight", "0.bias", "3.weight", "3.bias")
    assert layout.shapes == ((3, 5), (3,), (2, 3), (2,))
    assert layout.sizes == (15, 1, 3, 13, 6, 10, 2, 14)
    assert layout.parameters == 26
    assert Layout.of(nn.Linear(4, 4)).sizes == (16, 0, 4, 12)


def test_padding_is_zero_and_values_are_in_order() -> None:
    module = small()
    flat = Layout.of(module).flatten(module)
    expected = torch.zeros(64, dtype=torch.float64)
    for start, parameter in zip((0, 16, 32, 48), module.parameters(), strict=True):
        expected[start : start + parameter.numel()] = parameter.detach().flatten()
    assert torch.equal(flat, expected)
    assert not flat.requires_grad


@pytest.mark.parametrize("player", [0, 1], ids=["generator", "discriminator"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_round_trip_and_count(variant: str, player: int) -> None:
    module = build(VARIANTS[variant], TINY, seed=3)[player]
    layout = Layout.of(module)
    weights = layout.unflatten(layout.flatten(module))
    assert list(weights) == [name for name, _ in module.named_parameters()]
    assert all(torch.equal(weights[name], parameter) for name, parameter in module.named_parameters())
    assert layout.parameters == sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("player", [0, 1], ids=["generator", "discriminator"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_parameter_of_every_member_is_aligned(variant: str, player: int, dtype: torch.dtype) -> None:
    module = build(VARIANTS[variant], TINY, seed=3, dtype=dtype)[player]
    layout = Layout.of(module)
    stacked = torch.stack([layout.flatten(module)] * 3)
    addresses = [view.data_ptr() for row in stacked for view in layout.unflatten(row).values()]
    assert [address % 64 for address in addresses] == [0] * 3 * len(layout.names)


def test_views_share_memory_with_the_flat_vector() -> None:
    module = small()
    layout = Layout.of(module)
    flat = layout.flatten(module)
    layout.unflatten(flat)["3.bias"].fill_(7.0)
    assert torch.equal(flat[48:50], torch.full((2,), 7.0, dtype=torch.float64))
    assert not (module.get_parameter("3.bias") == 7).any()


def test_gradients_through_unflatten_equal_autograd() -> None:
    module, inputs = small(), torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    layout = Layout.of(module)
    flat = layout.flatten(module).requires_grad_()
    functional_call(module, layout.unflatten(flat), (inputs,)).square().sum().backward()
    module(inputs).square().sum().backward()
    assert flat.grad is not None
    for (name, parameter), ours in zip(module.named_parameters(), layout.unflatten(flat.grad).values(), strict=True):
        torch.testing.assert_close(ours, parameter.grad, rtol=0, atol=1e-14, msg=lambda m, n=name: f"{n}: {m}")
    padding = torch.cat(torch.split(flat.grad, list(layout.sizes))[1::2])
    assert torch.equal(padding, torch.zeros(38, dtype=torch.float64))
    assert flat.grad.abs().sum() > 0
