"""Building networks from a seed, and running them as pure functions of weights and buffers."""

import copy
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from benchmark.training.kernels.flat_parameters import Layout
from benchmark.training.model import ImageShape, Model, Network, build, initial_players
from benchmark.training.random_streams import Streams
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.registry import VARIANTS

CPU = torch.device("cpu")
TINY = ImageShape(channels=1, resolution=8, classes=10)
MOMENTS = {"adam": ["mean", "square"], "rmsprop": ["square"]}


def numbers(*shape: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(sum(shape)))


def with_batch_norm_and_dropout() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        first, second = nn.Linear(5, 4), nn.Linear(4, 3)
    return nn.Sequential(first, nn.BatchNorm1d(4), KeyedDropout(0.5, 0), second, KeyedDropout(0.3, 1)).double()


def run(network: Network, module: nn.Module, inputs: Tensor, key: int) -> tuple[Tensor, dict[str, Tensor]]:
    weights = network.layout.unflatten(network.layout.flatten(module))
    return network(weights, dict(module.named_buffers()), (inputs,), torch.tensor(key))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_seed_means_the_same_weights(variant: str) -> None:
    state = torch.random.get_rng_state()
    first = build(VARIANTS[variant], TINY, seed=5)
    torch.rand(3)
    torch.random.set_rng_state(state)
    again, other = build(VARIANTS[variant], TINY, seed=5), build(VARIANTS[variant], TINY, seed=6)
    assert torch.equal(torch.random.get_rng_state(), state)
    for ours, same, different in zip(first, again, other, strict=True):
        flat = Layout.of(ours).flatten(ours)
        assert torch.equal(flat, Layout.of(same).flatten(same))
        assert not torch.equal(flat, Layout.of(different).flatten(different))


def test_a_seed_means_the_same_weights_in_any_dtype() -> None:
    single, double = (
        build(VARIANTS["dcgan"], ImageShape(3, 16, 10), seed=5, dtype=dtype) for dtype in (torch.float32, torch.float64)
    )
    for narrow, wide in zip(single, double, strict=True):
        for name, value in narrow.named_parameters():
            assert value.dtype == torch.float32
            assert torch.equal(wide.get_parameter(name), value.double())


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_building_leaves_the_gpus_random_state_alone() -> None:
    before = torch.cuda.get_rng_state()
    build(VARIANTS["gan-mlp"], TINY, seed=5)
    assert torch.equal(torch.cuda.get_rng_state(), before)


@pytest.mark.parametrize("key", [0, 77])
def test_forward_equals_the_modules_own(key: int) -> None:
    module, inputs = with_batch_norm_and_dropout(), numbers(6, 5)
    network = Network.of(copy.deepcopy(module))
    outputs, buffers = run(network, module, inputs, key)
    oracle = copy.deepcopy(module).train()
    for name in network.keys:
        oracle.get_buffer(name).fill_(key)
    torch.testing.assert_close(outputs, oracle(inputs), rtol=0, atol=1e-14)
    assert buffers.keys() == dict(oracle.named_buffers()).keys()
    for name, value in oracle.named_buffers():
        torch.testing.assert_close(buffers[name], value, rtol=0, atol=1e-14)
    assert buffers["1.num_batches_tracked"].item() == 1


def test_running_statistics_by_hand() -> None:
    """Momentum 0.1 from 0 and 1: mean 0.1 m, variance 0.9 + 0.1 times the unbiased variance."""
    module, inputs = nn.Sequential(nn.BatchNorm1d(5)).double(), numbers(6, 5) * 3 + 1
    _, buffers = run(Network.of(module), module, inputs, 0)
    torch.testing.assert_close(buffers["0.running_mean"], 0.1 * inputs.mean(0), rtol=0, atol=1e-14)
    torch.testing.assert_close(buffers["0.running_var"], 0.9 + 0.1 * inputs.var(0), rtol=0, atol=1e-14)


def test_forward_leaves_buffers_and_module_as_they_were() -> None:
    module, inputs = with_batch_norm_and_dropout(), numbers(6, 5)
    network = Network.of(module)
    before = copy.deepcopy(module.state_dict())
    weights, buffers = network.layout.unflatten(network.layout.flatten(module)), dict(module.named_buffers())
    first, after = network(weights, buffers, (inputs,), torch.tensor(9))
    again, _ = network(weights, buffers, (inputs,), torch.tensor(9))
    assert torch.equal(first, again)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert not torch.equal(after["1.running_mean"], before["1.running_mean"])


def test_outputs_follow_the_weights_given_not_the_modules() -> None:
    module, inputs = nn.Sequential(nn.Linear(5, 2)).double(), numbers(6, 5)
    weights = {"0.weight": torch.ones(2, 5, dtype=torch.float64), "0.bias": torch.tensor([0.5, -1.0]).double()}
    outputs, buffers = Network.of(module)(weights, {}, (inputs,), torch.tensor(0))
    torch.testing.assert_close(outputs, inputs.sum(1, keepdim=True) + torch.tensor([[0.5, -1.0]]), rtol=0, atol=1e-14)
    assert buffers == {}


def test_the_key_decides_the_dropout() -> None:
    module, inputs = with_batch_norm_and_dropout(), numbers(6, 5)
    network = Network.of(module)
    assert network.keys == ("2.key", "4.key")
    first, buffers = run(network, module, inputs, 9)
    other, _ = run(network, module, inputs, 10)
    assert not torch.equal(first == 0, other == 0)
    assert buffers["2.key"].item() == buffers["4.key"].item() == 9


def test_models_networks_are_in_training_mode_and_hold_no_gradients() -> None:
    model = Model.of(VARIANTS["dcgan"], TINY, torch.float64)
    for network in (model.generator, model.discriminator):
        assert all(module.training for module in network.module.modules())
        assert not any(parameter.requires_grad for parameter in network.module.parameters())
        assert {parameter.dtype for parameter in network.module.parameters()} == {torch.float64}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_member_starts_from_the_weights_of_its_seed(variant: str) -> None:
    variant, streams = VARIANTS[variant], Streams(11, CPU)
    model = Model.of(variant, TINY, torch.float64)
    players = initial_players(model, streams, CPU)
    modules = build(variant, TINY, streams.at("weights").initial_seed(), torch.float64)
    for player, module, network in zip(players, modules, (model.generator, model.discriminator), strict=True):
        assert torch.equal(player.weights, network.layout.flatten(module)[None])
        assert list(player.moments) == MOMENTS[variant.optimiser]
        assert all(torch.equal(value, torch.zeros_like(player.weights)) for value in player.moments.values())
        assert player.updates.tolist() == [[0.0]]
        assert player.updates.dtype == torch.float64
        for name, value in module.named_buffers():
            assert torch.equal(player.buffers[name], value[None])
    generator, discriminator = players
    averages = generator.weights if variant.averaging else torch.empty(1, 0)
    assert torch.equal(generator.average, averages)
    assert generator.average.data_ptr() != generator.weights.data_ptr()
    assert discriminator.average.shape == (1, 0)
    assert generator.constraint == generator.loss == {}
    assert {name: value.tolist() for name, value in discriminator.loss.items()} == {
        name: [value] for name, value in variant.loss.state.items()
    }


def test_spectral_normalisation_starts_from_unit_vectors_of_the_seed() -> None:
    model = Model.of(VARIANTS["sngan"], TINY, torch.float64)
    first, again, other = (initial_players(model, Streams(seed, CPU), CPU)[1] for seed in (11, 11, 12))
    weights = model.discriminator.layout.unflatten(first.weights[0])
    assert first.constraint.keys() == {name for name, value in weights.items() if value.dim() > 1}
    for name, vector in first.constraint.items():
        assert vector.shape == (1, len(weights[name]))
        torch.testing.assert_close(vector.norm(), torch.tensor(1.0).double(), rtol=0, atol=1e-14)
        assert torch.equal(vector, again.constraint[name])
        assert vector.numel() == 1 or not torch.equal(vector, other.constraint[name])


def test_a_network_takes_labels_beside_its_batch() -> None:
    """Rows of a table, chosen by label, times the input."""

    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(3, 2)

        def forward(self, inputs: Tensor, labels: Tensor) -> Tensor:
            scaled: Tensor = inputs * self.table(labels)
            return scaled

    network = Network.of(Scale())
    weights = {"table.weight": torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])}
    inputs, labels = torch.tensor([[10.0, 10.0], [1.0, -1.0]]), torch.tensor([2, 0])
    outputs, _ = network(weights, {}, (inputs, labels), torch.tensor(0))
    assert outputs.tolist() == [[50.0, 60.0], [1.0, -2.0]]


@pytest.mark.parametrize(("variant", "conditional"), [("dcgan", False), ("cgan-pd", True)])
def test_only_a_conditional_pair_is_given_labels(variant: str, conditional: bool) -> None:
    model, batch, labels = Model.of(VARIANTS[variant], TINY, torch.float64), numbers(4, 5), torch.arange(4)
    given = model.inputs(batch, labels)
    assert given[0] is batch
    assert len(given) == 1 + conditional
    assert all(part is labels for part in given[1:])


def test_a_conditional_pair_has_rows_for_the_classes_of_the_data() -> None:
    for classes in (3, 10):
        for module in build(VARIANTS["cgan-pd"], ImageShape(1, 8, classes), seed=0):
            tables = [layer for layer in module.modules() if isinstance(layer, nn.Embedding)]
            assert {table.num_embeddings for table in tables} == {classes}


@pytest.mark.parametrize(
    ("variant", "resolution", "alone"),
    [
        ("gan-mlp", 8, True),
        ("gan-mlp-dropout", 8, False),  # masks follow an image's place in the batch
        ("dcgan", 8, True),  # one stage, whose convolution has no batch norm
        ("dcgan", 16, False),
        ("wgan-gp", 16, True),
        ("sngan", 8, True),
        ("cgan-pd", 8, True),
        ("ns-gan", 8, False),
        ("began", 8, False),
    ],
)
def test_images_are_judged_alone_unless_a_layer_looks_at_the_batch(variant: str, resolution: int, alone: bool) -> None:
    model = Model.of(VARIANTS[variant], ImageShape(1, resolution, 10), torch.float32)
    assert model.is_per_sample is alone


def test_layers_of_somebody_else_that_look_at_the_batch_are_found_out() -> None:
    class Deviation(nn.Module):
        """Karras et al. 2018: how much the batch varies is a feature."""

        def forward(self, images: Tensor) -> Tensor:
            return images.flatten(1).mean(1) + images.std(0).mean()

    def discriminator(channels: int, resolution: int) -> nn.Module:
        return Deviation()

    architecture = replace(VARIANTS["gan-mlp"].architecture, discriminator=discriminator)
    variant = replace(VARIANTS["gan-mlp"], architecture=architecture)
    assert not Model.of(variant, TINY, torch.float32).is_per_sample
