"""Sampling: re-accumulated batch norm against plain averages, and images a batch at a time."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from benchmark.records import TrialConfig
from benchmark.spec import Score
from benchmark.training.cohort import Cohort
from benchmark.training.model import ImageShape, Model, build
from benchmark.training.random_streams import Streams
from benchmark.training.sampling import (
    SAMPLING_BATCH,
    Inputs,
    InputSource,
    accumulate_batch_norm,
    batches,
    generate,
    prepare,
)
from ganzoo.registry import VARIANTS, find_variant

CPU = torch.device("cpu")
BATCH = 8
TINY = ImageShape(channels=1, resolution=8, classes=10)
LABELS = torch.tensor([0, 1, 7, 7])
COMPOSED = ("mlp-dropout+hinge+ema", "resnet-conditional+relativistic-average")


@pytest.fixture
def generator(configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]) -> nn.Module:
    """A DCGAN generator whose running averages lag behind five steps of training."""
    trained = cohort(configs("dcgan")[:1], method="looped")
    trained.advance(5)
    return trained.modules(trained.members[0], averaged=False)[0]


def source(variant: str = "dcgan", seed: int = 4) -> InputSource:
    return InputSource(Model.of(find_variant(variant), TINY, torch.float64), LABELS, Streams(seed, CPU))


def drawn(count: int, variant: str = "dcgan", purpose: str = "score") -> Inputs:
    return source(variant).draw(purpose, count)


def batch_statistics(generator: nn.Module, seen_batches: list[Inputs]) -> dict[str, list[tuple[Tensor, Tensor]]]:
    """What every batch norm of a generator sees in training mode: mean and unbiased variance (channels,) by batch."""
    seen: dict[str, list[tuple[Tensor, Tensor]]] = {}

    def look(name: str) -> Callable[[nn.Module, tuple[Tensor]], None]:
        def hook(_: nn.Module, inputs: tuple[Tensor]) -> None:
            values = inputs[0].transpose(0, 1).flatten(1)
            mean = values.mean(1, keepdim=True)
            unbiased = (values - mean).square().sum(1) / (values.shape[1] - 1)
            seen.setdefault(name, []).append((mean[:, 0], unbiased))

        return hook

    oracle = copy.deepcopy(generator).train()
    for name, layer in oracle.named_modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.register_forward_pre_hook(look(name))
    with torch.no_grad():
        for batch in seen_batches:
            oracle(*batch)
    return seen


def test_accumulated_statistics_are_plain_averages(generator: nn.Module) -> None:
    every = list(batches(drawn(5 * BATCH), BATCH))
    expected = batch_statistics(generator, every)
    assert len(expected) == 1
    before = copy.deepcopy(generator.state_dict())
    accumulate_batch_norm(generator, iter(every))
    for name, statistics in expected.items():
        means, variances = (torch.stack(parts) for parts in zip(*statistics, strict=True))
        assert len(means) == 5
        buffers = {key: generator.get_buffer(f"{name}.{key}") for key in ("running_mean", "running_var")}
        torch.testing.assert_close(buffers["running_mean"], means.mean(0), rtol=0, atol=1e-12)
        torch.testing.assert_close(buffers["running_var"], variances.mean(0), rtol=0, atol=1e-12)
        assert not torch.allclose(buffers["running_var"], before[f"{name}.running_var"], rtol=0.1)
    assert all(torch.equal(value, before[name]) for name, value in generator.named_parameters())
    assert not any(module.training for module in generator.modules())


@pytest.mark.parametrize(("variant", "side", "layers"), [("dcgan", 16, 2), ("ns-gan", 8, 3), ("cgan-pd", 16, 5)])
def test_every_layer_of_a_deeper_generator_is_accumulated(variant: str, side: int, layers: int) -> None:
    """Also after dense layers, and where scale and shift belong to a class."""
    deep, _ = build(VARIANTS[variant], ImageShape(1, side, 10), seed=0, dtype=torch.float64)
    every = list(batches(drawn(3 * BATCH, variant), BATCH))
    expected = batch_statistics(deep, every)
    assert len(expected) == layers
    accumulate_batch_norm(deep, iter(every))
    for name, statistics in expected.items():
        mean = torch.stack([mean for mean, _ in statistics]).mean(0)
        torch.testing.assert_close(deep.get_buffer(f"{name}.running_mean"), mean, rtol=0, atol=1e-12)


def test_two_batches_by_hand() -> None:
    """Means 2 and 6 average to 4; unbiased variances 2 and 8 to 5."""
    module = nn.Sequential(nn.BatchNorm1d(1))
    accumulate_batch_norm(module, iter([(torch.tensor([[1.0], [3.0]]),), (torch.tensor([[4.0], [8.0]]),)]))
    assert module.get_buffer("0.running_mean").tolist() == [4.0]
    assert module.get_buffer("0.running_var").tolist() == pytest.approx([5.0])
    assert generate(module, (torch.tensor([[9.0]]),)).item() == pytest.approx(5 / (5 + 1e-5) ** 0.5)


@pytest.mark.parametrize("variant", ["gan-mlp", "gan-mlp-dropout", "gan-shallow", "r3gan"])
def test_a_generator_without_batch_norm_is_left_as_it_is(variant: str) -> None:
    module, _ = build(VARIANTS[variant], TINY, seed=0, dtype=torch.float64)
    before = copy.deepcopy(module.state_dict())
    every = batches(drawn(3 * BATCH, variant), BATCH)
    accumulate_batch_norm(module, every)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert not any(part.training for part in module.modules())
    assert len(list(every)) == 3


def test_dropout_is_off_while_batch_norm_is_accumulated() -> None:
    module = nn.Sequential(nn.Dropout(0.9), nn.BatchNorm1d(2)).double()
    batch = drawn(BATCH)[0][:, :2]
    accumulate_batch_norm(module, iter([(batch,)]))
    torch.testing.assert_close(module.get_buffer("1.running_mean"), batch.mean(0), rtol=0, atol=1e-14)


def test_prepare_accumulates_over_the_inputs_of_its_purpose(generator: nn.Module) -> None:
    oracle = copy.deepcopy(generator)
    accumulate_batch_norm(oracle, batches(drawn(3 * BATCH, purpose="batch-norm"), BATCH))
    prepare(generator, source(), Score(batch_norm="accumulated", batch_norm_batches=3), BATCH)
    assert all(torch.equal(value, oracle.state_dict()[name]) for name, value in generator.state_dict().items())
    assert not any(module.training for module in generator.modules())


def test_prepare_leaves_running_averages_when_asked_to(generator: nn.Module) -> None:
    before = copy.deepcopy(generator.train().state_dict())
    prepare(generator, source(), Score(batch_norm="running"), BATCH)
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    assert not any(module.training for module in generator.modules())


@pytest.mark.parametrize("count", [1, SAMPLING_BATCH, 2 * SAMPLING_BATCH + 5])
def test_images_in_batches_equal_one_pass(count: int, generator: nn.Module) -> None:
    prepare(generator, source(), Score(), BATCH)
    inputs = drawn(count)
    images = generate(generator, inputs)
    with torch.no_grad():
        expected = generator(*inputs)
    assert images.shape == (count, 1, 8, 8)
    torch.testing.assert_close(images, expected, rtol=0, atol=1e-12)
    assert images.abs().max() <= 1
    assert not images.requires_grad


@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_a_prepared_generator_shows_an_image_the_same_whatever_is_beside_it(variant: str) -> None:
    """In eval mode: without dropout, and without the statistics of the batch."""
    module, _ = build(find_variant(variant), TINY, seed=0, dtype=torch.float64)
    prepare(module, source(variant), Score(batch_norm_batches=2), BATCH)
    inputs = drawn(6, variant)
    images = generate(module, inputs)
    assert not any(part.training for part in module.modules())
    assert images.shape == (6, 1, 8, 8)
    assert images.abs().max() <= 1
    assert torch.pdist(images.flatten(1)).min() > 0
    for row in range(6):
        alone = generate(module, tuple(part[row : row + 1] for part in inputs))
        torch.testing.assert_close(images[row : row + 1], alone, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("variant", "low", "high"), [("gan-mlp", -6.0, 6.0), ("dcgan", -1.0, 1.0)])
def test_latents_belong_to_their_purpose(variant: str, low: float, high: float) -> None:
    found = VARIANTS[variant]
    (first,), (grid,) = source(variant).draw("score", 50), source(variant).draw("grid", 50)
    assert first.shape == (50, found.latent_size)
    assert first.dtype == torch.float64
    assert torch.equal(source(variant).draw("score", 50)[0], first)
    assert torch.equal(first, found.prior.sample((50, found.latent_size), Streams(4, CPU).at("score"), torch.float64))
    assert low <= first.min() < first.max() <= high
    (other,) = source(variant, seed=5).draw("score", 50)
    pairs = torch.corrcoef(torch.stack([first.flatten(), grid.flatten(), other.flatten()])) - torch.eye(3)
    assert pairs.abs().max().item() < 4 / first.numel() ** 0.5
