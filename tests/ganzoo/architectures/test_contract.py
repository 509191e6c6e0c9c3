"""What every architecture of the catalog must do, at the image shapes that it claims."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from ganzoo.catalog import VARIANTS
from ganzoo.variant import Architecture

ARCHITECTURES = {variant.architecture.name: variant.architecture for variant in VARIANTS.values()}
BATCH, LATENT = 4, 20
USUAL_SIDES = {8, 16, 28, 32, 64}

every_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES.keys())


def unfilled(module: Callable[[], nn.Module]) -> nn.Module:
    """A network whose weights hold anything: drawing them is what takes long, and shapes do not need it."""
    with torch.device("meta"):
        built = module()
    return built.to_empty(device="cpu")


@every_architecture
@pytest.mark.parametrize("channels", [1, 3])
def test_shapes_at_every_side(architecture: Architecture, channels: int) -> None:
    sides = [side for side in architecture.resolutions if channels == 1 or side in USUAL_SIDES]
    for side in sides:
        generator = unfilled(partial(architecture.generator, LATENT, channels, side))
        discriminator = unfilled(partial(architecture.discriminator, channels, side))
        with torch.no_grad():
            images = generator(torch.zeros(2, LATENT))
            logits = discriminator(torch.zeros(2, channels, side, side))
        assert images.shape == (2, channels, side, side)
        assert logits.shape == (2,)


@every_architecture
@pytest.mark.parametrize(("side", "channels"), [(8, 1), (28, 3)])
def test_images_lie_between_minus_one_and_one(architecture: Architecture, side: int, channels: int) -> None:
    with torch.no_grad():
        images = architecture.generator(LATENT, channels, side)(100 * torch.randn(BATCH, LATENT))
        logits = architecture.discriminator(channels, side)(images)
    assert -1 <= images.min() < 0 < images.max() <= 1
    assert logits.isfinite().all()


@every_architecture
def test_claims_the_sizes_of_the_usual_data_sets(architecture: Architecture) -> None:
    assert set(architecture.resolutions) >= USUAL_SIDES
    assert list(architecture.resolutions) == sorted(set(architecture.resolutions))


@every_architecture
def test_generator_uses_its_whole_range(architecture: Architecture) -> None:
    """Weights times 1000 drive the last layer to both ends of [-1, 1]; [0, 1] would be off by half the range."""
    generator = architecture.generator(LATENT, 1, 8)
    with torch.no_grad():
        for parameter in list(generator.parameters())[-2:]:
            parameter.copy_(1000 * torch.randn_like(parameter))
        images = generator(torch.randn(BATCH, LATENT))
    assert images.min().item() == pytest.approx(-1, abs=1e-6)
    assert images.max().item() == pytest.approx(1, abs=1e-6)


@every_architecture
@pytest.mark.parametrize(("side", "channels"), [(8, 1), (28, 3)])
def test_every_parameter_gets_a_gradient(architecture: Architecture, side: int, channels: int) -> None:
    generator = architecture.generator(LATENT, channels, side)
    discriminator = architecture.discriminator(channels, side)
    real_logits = discriminator(torch.rand(BATCH, channels, side, side) * 2 - 1)
    fake_logits = discriminator(generator(torch.randn(BATCH, LATENT)))
    (softplus(-real_logits) + softplus(fake_logits).square()).sum().backward()
    for player in (generator, discriminator):
        for name, parameter in player.named_parameters():
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name
            assert parameter.grad.any(), name


@every_architecture
def test_random_state_decides_the_weights(architecture: Architecture) -> None:
    def weights(seed: int) -> list[torch.Tensor]:
        torch.manual_seed(seed)
        players = architecture.generator(LATENT, 1, 8), architecture.discriminator(1, 8)
        return [parameter for player in players for parameter in player.parameters()]

    assert all(torch.equal(one, other) for one, other in zip(weights(1), weights(1), strict=True))
    assert not all(torch.equal(one, other) for one, other in zip(weights(1), weights(2), strict=True))


@every_architecture
def test_evaluation_shows_one_image_the_same_alone_and_in_a_batch(architecture: Architecture) -> None:
    generator, discriminator = architecture.generator(LATENT, 1, 8), architecture.discriminator(1, 8)
    latents = torch.randn(BATCH, LATENT)
    network = nn.Sequential(generator, discriminator).eval()
    with torch.no_grad():
        alone = torch.cat([network(latent[None]) for latent in latents])
        torch.testing.assert_close(network(latents), alone, rtol=1e-4, atol=1e-5)


@every_architecture
def test_generator_answers_to_its_latents(architecture: Architecture) -> None:
    with torch.no_grad():
        images = architecture.generator(LATENT, 1, 8).eval()(torch.randn(BATCH, LATENT))
    assert torch.pdist(images.flatten(1)).min() > 1e-4


@every_architecture
def test_states_its_source(architecture: Architecture) -> None:
    assert len(architecture.reference) > 20
