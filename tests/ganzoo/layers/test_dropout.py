"""Dropout by key: its numbers against MurmurHash3's test vectors, and its statistics."""

import pytest
import torch
from scipy.stats import kstest
from torch import Tensor, nn
from torch.func import functional_call, vmap

from ganzoo.layers.dropout import KeyedDropout, counter_bits, key_names

UNITS = torch.Size((200, 500))


def key(number: int) -> Tensor:
    return torch.tensor(number, dtype=torch.int64)


def counter_uniform(key: Tensor, shape: torch.Size, salt: int) -> Tensor:
    """The bits as numbers in [0, 1), float64, which holds them all."""
    return counter_bits(key, shape, salt).to(torch.float64).add(2**31).div(2**32)


def finaliser(bits: int) -> int:
    """MurmurHash3's fmix32 in Python's whole numbers, which do not overflow."""
    bits ^= bits >> 16
    bits = bits * 0x85EBCA6B % 2**32
    bits ^= bits >> 13
    bits = bits * 0xC2B2AE35 % 2**32
    return bits ^ bits >> 16


def correlation(first: Tensor, second: Tensor) -> float:
    return torch.corrcoef(torch.stack([first.flatten(), second.flatten()]))[0, 1].item()


@pytest.mark.parametrize(("seed", "hashed"), [(0, 0), (1, 0x514E28B7), (0xFFFFFFFF, 0x81F16F39)])
def test_reference_finaliser_is_murmurhash3(seed: int, hashed: int) -> None:
    """MurmurHash3_x86_32 of no bytes is the finaliser of its seed; these are its published test vectors."""
    assert finaliser(seed) == hashed


@pytest.mark.parametrize("number", [0, 1, 12345, 2**31 - 1])
@pytest.mark.parametrize("salt", [0, 1, 7])
def test_numbers_equal_whole_number_arithmetic(number: int, salt: int) -> None:
    start = finaliser((number + salt * 0x9E3779B9) % 2**32)
    expected = [finaliser((position + start) % 2**32) for position in range(50)]
    bits = counter_bits(key(number), torch.Size((5, 10)), salt)
    assert bits.dtype == torch.int32
    assert [each % 2**32 for each in bits.flatten().tolist()] == expected


@pytest.mark.parametrize("number", [0, 1, 2**31 - 1])
def test_numbers_of_a_key_are_uniform(number: int) -> None:
    numbers = counter_uniform(key(number), UNITS, 0)
    assert numbers.shape == UNITS
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert kstest(numbers.flatten().numpy(), "uniform").pvalue > 0.01


@pytest.mark.parametrize("position", [0, 1, 99])
def test_numbers_of_a_position_are_uniform_over_keys(position: int) -> None:
    numbers = vmap(lambda one: counter_uniform(one, torch.Size((100,)), 3))(torch.arange(5000))[:, position]
    assert kstest(numbers.numpy(), "uniform").pvalue > 0.01


@pytest.mark.parametrize(
    ("other_key", "other_salt"), [(8, 0), (7, 1), (7 + 2**30, 0), (8, 1)], ids=["key", "salt", "far key", "both"]
)
def test_other_keys_and_salts_are_uncorrelated(other_key: int, other_salt: int) -> None:
    numbers = counter_uniform(key(7), UNITS, 0)
    others = counter_uniform(key(other_key), UNITS, other_salt)
    assert abs(correlation(numbers, others)) < 4 / UNITS.numel() ** 0.5


@pytest.mark.parametrize("lag", [1, 2, 64, 500])
def test_positions_are_uncorrelated(lag: int) -> None:
    numbers = counter_uniform(key(7), UNITS, 0).flatten()
    assert abs(correlation(numbers[:-lag], numbers[lag:])) < 4 / len(numbers) ** 0.5


@pytest.mark.parametrize("probability", [0.2, 0.5])
def test_drops_its_share_and_keeps_the_mean(probability: float) -> None:
    features = torch.ones(UNITS)
    dropped = KeyedDropout(probability, salt=0)(features)
    # Four standard deviations of a binomial share; the mean is that share's complement over 1 - p.
    error = 4 * (probability * (1 - probability) / UNITS.numel()) ** 0.5
    assert (dropped == 0).float().mean().item() == pytest.approx(probability, abs=error)
    assert dropped.mean().item() == pytest.approx(1.0, abs=error / (1 - probability))
    assert dropped.unique().tolist() == pytest.approx([0.0, 1 / (1 - probability)])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradient_passes_through_what_is_kept(dtype: torch.dtype) -> None:
    features = torch.randn(8, 30, dtype=dtype, requires_grad=True)
    dropped = KeyedDropout(0.2, salt=0)(features)
    (gradient,) = torch.autograd.grad(dropped.sum(), features)
    assert dropped.dtype == dtype
    torch.testing.assert_close(gradient, torch.where(dropped == 0, 0.0, 1.25).to(dtype))


def test_the_mask_follows_the_key_alone() -> None:
    layer = KeyedDropout(0.5, salt=2)
    layer.key.fill_(11)
    first = layer(torch.ones(UNITS))
    torch.rand(10)
    again = layer(torch.ones(UNITS))
    layer.key.fill_(12)
    assert torch.equal(first, again)
    assert not torch.equal(first, layer(torch.ones(UNITS)))
    assert not torch.equal(KeyedDropout(0.5, salt=0)(first), KeyedDropout(0.5, salt=1)(first))


def test_eval_mode_is_the_identity() -> None:
    features = torch.randn(4, 5)
    assert KeyedDropout(0.9, salt=0).eval()(features) is features


def test_stacked_keys_equal_a_loop() -> None:
    layer, keys, features = KeyedDropout(0.3, salt=1), torch.tensor([3, 9, 2**31 - 1]), torch.randn(3, 6, 7)
    stacked = vmap(lambda one, batch: functional_call(layer, {"key": one}, (batch,)))(keys, features)
    for one, batch, expected in zip(keys, features, stacked, strict=True):
        layer.key.copy_(one)
        assert torch.equal(layer(batch), expected)
    masks = stacked == 0
    assert not torch.equal(masks[0], masks[1])


NESTED = [
    (KeyedDropout(0.1, 0), ("key",)),
    (nn.Linear(2, 2), ()),
    (nn.Sequential(nn.Linear(2, 2), KeyedDropout(0.1, 0), nn.Dropout(), KeyedDropout(0.1, 1)), ("1.key", "3.key")),
    (nn.Sequential(nn.Sequential(nn.ReLU(), KeyedDropout(0.1, 0)), KeyedDropout(0.1, 1)), ("0.1.key", "1.key")),
]


@pytest.mark.parametrize(("module", "names"), NESTED)
def test_key_names_are_those_of_the_buffers(module: nn.Module, names: tuple[str, ...]) -> None:
    assert key_names(module) == names
    assert set(names) == {name for name, _ in module.named_buffers()}
