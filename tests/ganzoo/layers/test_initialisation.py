"""Initialisations, measured: each mean and deviation within four standard errors."""

import pytest
import torch
from scipy.stats import kstest, truncnorm
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from ganzoo.layers.initialisation import (
    dcgan_initialisation,
    fan_in_normal,
    glorot,
    leaky_initialisation,
    normal_initialisation,
    truncated_normal_initialisation,
)


def assert_distributed(values: Tensor, mean: float, deviation: float) -> None:
    count = values.numel()
    assert values.mean().item() == pytest.approx(mean, abs=4 * deviation / count**0.5)
    assert values.std().item() == pytest.approx(deviation, rel=4 / (2 * count) ** 0.5)


@pytest.mark.parametrize("layer", [nn.Linear(200, 300), nn.Conv2d(64, 64, 4), nn.ConvTranspose2d(64, 64, 4)])
def test_dcgan_weights_are_normal_and_biases_zero(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> None:
    layer.apply(dcgan_initialisation)
    assert layer.bias is not None
    assert_distributed(layer.weight.detach(), 0.0, 0.02)
    assert kstest(layer.weight.detach().flatten().numpy() / 0.02, "norm").pvalue > 0.01
    assert not layer.bias.any()


def test_dcgan_takes_layers_without_bias() -> None:
    layer = nn.Conv2d(64, 64, 4, bias=False).apply(dcgan_initialisation)
    assert_distributed(layer.weight.detach(), 0.0, 0.02)


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(20_000), nn.BatchNorm2d(20_000)])
def test_dcgan_batch_norm_scales_around_one_and_shifts_zero(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
    nn.init.ones_(layer.bias)
    layer.apply(dcgan_initialisation)
    assert_distributed(layer.weight.detach(), 1.0, 0.02)
    assert not layer.bias.any()


def test_truncated_normal_is_cut_at_two_deviations() -> None:
    layer = nn.Linear(300, 400).apply(truncated_normal_initialisation)
    weight = layer.weight.detach()
    # A standard normal cut at two deviations has the variance 1 - 4 phi(2) / (2 Phi(2) - 1) = 0.77374, so 0.87962.
    assert_distributed(weight, 0.0, 0.087962)
    assert 0.195 < weight.abs().max().item() <= 0.2
    assert kstest(weight.flatten().numpy() / 0.1, truncnorm(-2, 2).cdf).pvalue > 0.01


def test_truncated_normal_biases_are_a_tenth() -> None:
    layer = nn.Linear(3, 4).apply(truncated_normal_initialisation)
    assert layer.bias.tolist() == pytest.approx([0.1] * 4)


def test_truncated_normal_leaves_other_layers_alone() -> None:
    layer = nn.Conv2d(3, 4, 2)
    before = layer.weight.clone()
    layer.apply(truncated_normal_initialisation)
    assert torch.equal(layer.weight, before)


def test_normal_leaves_batch_norm_at_one() -> None:
    network = nn.Sequential(nn.Conv2d(64, 64, 4), nn.BatchNorm2d(64), nn.Linear(200, 300)).apply(normal_initialisation)
    assert_distributed(network[0].weight.detach(), 0.0, 0.02)
    assert_distributed(network[2].weight.detach(), 0.0, 0.02)
    assert not network[0].bias.any()
    assert network[1].weight.unique().tolist() == [1.0]


# Fan in and fan out: 200 and 300; 64 * 9 and 32 * 9.
@pytest.mark.parametrize(("layer", "fans"), [(nn.Linear(200, 300), 500), (nn.Conv2d(64, 32, 3), 864)])
@pytest.mark.parametrize("gain", [1.0, 2**0.5])
def test_glorot_is_uniform_within_its_bound(layer: nn.Linear | nn.Conv2d, fans: int, gain: float) -> None:
    assert glorot(layer, gain) is layer
    bound = gain * (6 / fans) ** 0.5
    assert kstest(layer.weight.detach().flatten().numpy(), "uniform", (-bound, 2 * bound)).pvalue > 0.01
    assert layer.bias is not None
    assert not layer.bias.any()


@pytest.mark.parametrize(
    ("layer", "fan_in"),
    [
        (nn.Linear(200, 300), 200),
        (nn.Conv2d(64, 32, 3), 576),
        (nn.Conv2d(64, 64, 5, groups=4), 400),
        # 64 * 4 * 4 places of the kernel, of which an output meets a quarter
        (nn.ConvTranspose2d(64, 32, 4, 2, 1), 256),
    ],
)
@pytest.mark.parametrize("gain", [1.0, 2**0.5])
def test_fan_in_normal_has_its_deviation(
    layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, fan_in: int, gain: float
) -> None:
    assert fan_in_normal(layer, gain) is layer
    assert_distributed(layer.weight.detach(), 0.0, gain / fan_in**0.5)
    assert layer.bias is not None
    assert not layer.bias.any()


def test_fan_in_normal_with_a_gain_of_zero_is_zero() -> None:
    assert not fan_in_normal(nn.Conv2d(8, 8, 1), 0.0).weight.any()


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Linear(512, 512), (200, 512)),
        (nn.Conv2d(64, 64, 4, 2, 1), (20, 64, 16, 16)),
        (nn.ConvTranspose2d(64, 64, 4, 2, 1), (20, 64, 8, 8)),
    ],
)
def test_leaky_keeps_the_size_of_what_passes(layer: nn.Module, shape: tuple[int, ...]) -> None:
    with torch.no_grad():
        outputs = leaky_relu(layer.apply(leaky_initialisation)(torch.randn(shape)), 0.2)
    inner = outputs if outputs.dim() == 2 else outputs[:, :, 1:-1, 1:-1]
    assert inner.square().mean().item() == pytest.approx(1.0, rel=0.1)
