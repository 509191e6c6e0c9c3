"""The fully connected families: sizes, counts and initialisations."""

import pytest
import torch
from torch import nn

from ganzoo.architectures.mlp import MLP, MLP_DROPOUT, MLP_WIDE
from ganzoo.components import Architecture
from ganzoo.layers.dropout import KeyedDropout

# (architecture, latent size, units of the generator's and the discriminator's linear layers on 28x28 pixels)
SIZES = [
    (MLP, 64, [64, 256, 256, 784], [784, 256, 256, 1]),
    (MLP_WIDE, 100, [100, 256, 512, 1024, 784], [784, 1024, 512, 256, 1]),
    (MLP_DROPOUT, 100, [100, 32, 64, 128, 784], [784, 128, 64, 32, 1]),
]


def units(module: nn.Module) -> list[int]:
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Linear)]
    return [layers[0].in_features, *(layer.out_features for layer in layers)]


def activations(module: nn.Module) -> list[str]:
    ignored = nn.Sequential | nn.Linear | nn.Flatten | nn.Unflatten
    return [repr(layer).split(",")[0] for layer in module.modules() if not isinstance(layer, ignored)]


@pytest.mark.parametrize(("architecture", "latent_size", "generator", "discriminator"), SIZES)
def test_layer_sizes(
    architecture: Architecture, latent_size: int, generator: list[int], discriminator: list[int]
) -> None:
    assert units(architecture.generator(latent_size, 1, 28)) == generator
    assert units(architecture.discriminator(1, 28)) == discriminator
    assert units(architecture.generator(latent_size, 3, 32))[-1] == 3 * 32 * 32
    assert units(architecture.discriminator(3, 32))[0] == 3 * 32 * 32


@pytest.mark.parametrize(
    ("architecture", "latent_size", "resolution", "generator", "discriminator"),
    [
        # 64*256+256 + 256*256+256 + 256*784+784; 784*256+256 + 256*256+256 + 256*1+1
        (MLP, 64, 28, 16_640 + 65_792 + 201_488, 200_960 + 65_792 + 257),
        (MLP, 64, 8, 16_640 + 65_792 + 16_448, 16_640 + 65_792 + 257),
        # 100*256+256 + 256*512+512 + 512*1024+1024 + 1024*784+784; 784*1024+1024 + 1024*512+512 + 512*256+256 + 257
        (MLP_WIDE, 100, 28, 25_856 + 131_584 + 525_312 + 803_600, 803_840 + 524_800 + 131_328 + 257),
        # 100*32+32 + 32*64+64 + 64*128+128 + 128*64+64; 64*128+128 + 128*64+64 + 64*32+32 + 32+1
        (MLP_DROPOUT, 100, 8, 3_232 + 2_112 + 8_320 + 8_256, 8_320 + 8_256 + 2_080 + 33),
    ],
)
def test_parameter_counts(
    architecture: Architecture, latent_size: int, resolution: int, generator: int, discriminator: int
) -> None:
    players = architecture.generator(latent_size, 1, resolution), architecture.discriminator(1, resolution)
    counts = [sum(parameter.numel() for parameter in player.parameters()) for player in players]
    assert counts == [generator, discriminator]


def test_activations() -> None:
    leaky, dropped = "LeakyReLU(negative_slope=0.2)", "KeyedDropout()"
    assert activations(MLP.generator(64, 1, 8)) == [leaky, leaky, "Tanh()"]
    assert activations(MLP.discriminator(1, 8)) == [leaky, leaky]
    assert activations(MLP_WIDE.generator(100, 1, 8)) == ["ReLU()", "ReLU()", "ReLU()", "Tanh()"]
    assert activations(MLP_WIDE.discriminator(1, 8)) == [leaky, leaky, leaky]
    assert activations(MLP_DROPOUT.generator(100, 1, 8)) == [leaky, dropped] * 3 + ["Tanh()"]
    assert activations(MLP_DROPOUT.discriminator(1, 8)) == [leaky, dropped] * 3


@pytest.mark.parametrize("player", [MLP_DROPOUT.generator(100, 1, 8), MLP_DROPOUT.discriminator(1, 8)])
def test_dropout_layers_have_a_salt_each(player: nn.Module) -> None:
    layers = [layer for layer in player.modules() if isinstance(layer, KeyedDropout)]
    assert [layer.salt for layer in layers] == [0, 1, 2]
    assert [layer.probability for layer in layers] == [0.2, 0.2, 0.2]


def test_dropout_is_off_in_eval_mode_and_on_in_training() -> None:
    generator, latents = MLP_DROPOUT.generator(100, 1, 8), torch.randn(3, 100)
    layers = [layer for layer in generator.modules() if isinstance(layer, KeyedDropout)]

    def images(key: int) -> torch.Tensor:
        for layer in layers:
            layer.key.fill_(key)
        with torch.no_grad():
            return generator(latents)  # type: ignore[no-any-return]

    assert not torch.equal(images(1), images(2))
    generator.eval()
    assert torch.equal(images(1), images(2))


def test_wide_networks_start_as_dcgan_and_the_others_as_pytorch() -> None:
    wide, plain = MLP_WIDE.generator(100, 1, 28)[4], MLP.generator(64, 1, 28)[2]
    assert wide.weight.std().item() == pytest.approx(0.02, rel=0.01)
    assert not wide.bias.any()
    # PyTorch's default is uniform in +-1 / sqrt(256), of deviation 1 / 16 / sqrt(3)
    assert plain.weight.abs().max().item() == pytest.approx(1 / 16, rel=0.01)
    assert plain.weight.std().item() == pytest.approx(1 / 16 / 3**0.5, rel=0.01)


@pytest.mark.parametrize("architecture", [MLP, MLP_WIDE, MLP_DROPOUT])
def test_takes_every_side_from_8_to_128(architecture: Architecture) -> None:
    assert architecture.resolutions == tuple(range(8, 129))


def test_pixels_keep_their_places() -> None:
    """Both players flatten in the order (channel, row, column): a one-hot output lands where the input reads it."""
    generator, discriminator = MLP.generator(4, 3, 8), MLP.discriminator(3, 8)
    with torch.no_grad():
        generator[-3].weight.zero_()
        generator[-3].bias.copy_(torch.arange(192) / 192)
        image = generator(torch.zeros(1, 4))
    assert image[0, 1, 2, 3].item() == pytest.approx(torch.tensor((64 + 2 * 8 + 3) / 192).tanh().item())
    assert discriminator[0](image)[0, 64 + 2 * 8 + 3] == image[0, 1, 2, 3]
