"""What every architecture of the zoo must do, at the image shapes that it claims."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from ganzoo import architectures
from ganzoo.components import Architecture
from ganzoo.registry import BUILT_IN

BATCH, CLASSES = 6, 3
USUAL_SIDES = {8, 16, 28, 32, 64, 128}

every_architecture = pytest.mark.parametrize(
    "architecture", BUILT_IN.architecture.values(), ids=BUILT_IN.architecture.keys()
)
some_shapes = pytest.mark.parametrize(("side", "channels"), [(8, 1), (16, 3)])


def labels(architecture: Architecture) -> tuple[Tensor, ...]:
    """What a player takes beside its input: every class in turn, or nothing."""
    return (torch.arange(BATCH) % CLASSES,) if architecture.conditional else ()


def pair(architecture: Architecture, channels: int = 1, side: int = 8) -> tuple[nn.Module, nn.Module]:
    return architecture.networks(architecture.latent_size, channels, side, CLASSES)


def moved(module: nn.Module) -> nn.Module:
    """In double precision and off its start, where weights that are zero hide what lies before them."""
    with torch.no_grad():
        for parameter in module.double().parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return module


def test_every_architecture_of_the_package_is_listed() -> None:
    names = [f"{architectures.__name__}.{found.name}" for found in iter_modules(architectures.__path__)]
    parts = [part for name in names for part in vars(import_module(name)).values()]
    written = [part.name for part in parts if isinstance(part, Architecture)]
    assert sorted(written) == sorted(BUILT_IN.architecture)


@every_architecture
@pytest.mark.parametrize("channels", [1, 3])
def test_shapes_at_every_side(architecture: Architecture, channels: int) -> None:
    """On a device without numbers, which is still slow: three channels at the usual sides alone."""
    with torch.device("meta"):
        for side in architecture.resolutions if channels == 1 else sorted(USUAL_SIDES):
            generator, discriminator = (player.eval() for player in pair(architecture, channels, side))
            images = generator(torch.zeros(BATCH, architecture.latent_size), *labels(architecture))
            logits = discriminator(torch.zeros(BATCH, channels, side, side), *labels(architecture))
            assert images.shape == (BATCH, channels, side, side)
            assert logits.shape == (BATCH,)


@every_architecture
def test_claims_the_sizes_of_the_usual_data_sets(architecture: Architecture) -> None:
    assert set(architecture.resolutions) >= USUAL_SIDES
    assert list(architecture.resolutions) == sorted(set(architecture.resolutions))
    assert (architecture.resolutions[0], architecture.resolutions[-1]) == (8, 128)


@every_architecture
@pytest.mark.parametrize(("side", "channels"), [(8, 1), (28, 3)])
def test_images_lie_between_minus_one_and_one(architecture: Architecture, side: int, channels: int) -> None:
    generator, discriminator = pair(architecture, channels, side)
    with torch.no_grad():
        images = generator(100 * torch.randn(BATCH, architecture.latent_size), *labels(architecture))
        logits = discriminator(images, *labels(architecture))
    assert -1 <= images.min() < 0 < images.max() <= 1
    assert logits.isfinite().all()


@every_architecture
def test_generator_uses_its_whole_range(architecture: Architecture) -> None:
    """Weights times 1000 drive the last layer to both ends of [-1, 1]; [0, 1] would be off by half the range."""
    generator, _ = pair(architecture)
    with torch.no_grad():
        for parameter in list(generator.parameters())[-2:]:
            parameter.copy_(1000 * torch.randn_like(parameter))
        images = generator(torch.randn(BATCH, architecture.latent_size), *labels(architecture))
    assert images.min().item() == pytest.approx(-1, abs=1e-6)
    assert images.max().item() == pytest.approx(1, abs=1e-6)


@every_architecture
@some_shapes
def test_every_parameter_gets_a_gradient(architecture: Architecture, side: int, channels: int) -> None:
    """More than rounding leaves: a bias that batch norm cancels would get 1e-16 of the others' gradients."""
    generator, discriminator = map(moved, pair(architecture, channels, side))
    latents = torch.randn(BATCH, architecture.latent_size, dtype=torch.float64)
    fake_logits = discriminator(generator(latents, *labels(architecture)), *labels(architecture))
    real_logits = discriminator(torch.rand(BATCH, channels, side, side).double() * 2 - 1, *labels(architecture))
    (softplus(-real_logits) + softplus(fake_logits).square()).sum().backward()
    for player in (generator, discriminator):
        gradients = {name: parameter.grad for name, parameter in player.named_parameters()}
        largest = {name: 0.0 if found is None else found.abs().max().item() for name, found in gradients.items()}
        assert all(size > 1e-9 * max(largest.values()) for size in largest.values()), largest


@every_architecture
def test_random_state_decides_the_weights(architecture: Architecture) -> None:
    def weights(seed: int) -> list[Tensor]:
        torch.manual_seed(seed)
        return [parameter for player in pair(architecture) for parameter in player.parameters()]

    assert all(torch.equal(one, other) for one, other in zip(weights(1), weights(1), strict=True))
    assert not all(torch.equal(one, other) for one, other in zip(weights(1), weights(2), strict=True))


@every_architecture
def test_evaluation_shows_one_image_the_same_alone_and_in_a_batch(architecture: Architecture) -> None:
    generator, discriminator = (moved(player).eval() for player in pair(architecture))
    latents, given = torch.randn(BATCH, architecture.latent_size, dtype=torch.float64), labels(architecture)

    def logits(rows: slice) -> Tensor:
        taken = [one[rows] for one in given]
        found: Tensor = discriminator(generator(latents[rows], *taken), *taken)
        return found

    with torch.no_grad():
        alone = torch.cat([logits(slice(row, row + 1)) for row in range(BATCH)])
        torch.testing.assert_close(logits(slice(None)), alone, rtol=1e-9, atol=1e-12)


@every_architecture
def test_batch_norm_is_declared_where_it_is(architecture: Architecture) -> None:
    """By its layers, and by what they do: another image in the batch changes this one's logit."""
    discriminator = moved(pair(architecture, side=16)[1])
    images = torch.rand(BATCH, 1, 16, 16, dtype=torch.float64) * 2 - 1
    others = torch.cat([images[:1], -images[1:]])
    with torch.no_grad():
        change = discriminator(images, *labels(architecture))[0] - discriminator(others, *labels(architecture))[0]
    norms = [layer for layer in discriminator.modules() if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert architecture.batch_norm == bool(norms)
    assert architecture.batch_norm == (change.abs().item() > 1e-9)


@every_architecture
def test_energies_and_only_they_are_never_above_zero(architecture: Architecture) -> None:
    images = torch.rand(BATCH, 1, 8, 8, dtype=torch.float64) * 2 - 1
    with torch.no_grad():
        logits = torch.stack([moved(pair(architecture)[1])(images, *labels(architecture)) for _ in range(12)])
    assert (logits > 0).any().item() != architecture.energy
    assert (logits < 0).any()


@every_architecture
def test_labels_are_for_conditional_pairs_alone(architecture: Architecture) -> None:
    generator, discriminator = pair(architecture)
    given = () if architecture.conditional else (torch.zeros(BATCH, dtype=torch.int64),)
    with pytest.raises(TypeError):
        generator(torch.zeros(BATCH, architecture.latent_size), *given)
    with pytest.raises(TypeError):
        discriminator(torch.zeros(BATCH, 1, 8, 8), *given)


@pytest.mark.parametrize("name", [name for name, each in BUILT_IN.architecture.items() if each.conditional])
def test_conditional_players_answer_to_their_labels(name: str) -> None:
    generator, discriminator = (moved(player).eval() for player in pair(BUILT_IN.architecture[name]))
    latent = torch.randn(1, BUILT_IN.architecture[name].latent_size, dtype=torch.float64).expand(CLASSES, -1)
    with torch.no_grad():
        images = generator(latent, torch.arange(CLASSES))
        logits = discriminator(images[:1].expand(CLASSES, -1, -1, -1), torch.arange(CLASSES))
    assert torch.pdist(images.flatten(1)).min() > 1e-3
    assert torch.pdist(logits[:, None]).min() > 1e-3


@every_architecture
def test_every_number_of_a_latent_counts(architecture: Architecture) -> None:
    generator = moved(pair(architecture)[0]).eval()
    latents = torch.randn(BATCH, architecture.latent_size, dtype=torch.float64, requires_grad=True)
    images = generator(latents, *labels(architecture))
    (slopes,) = torch.autograd.grad((images * torch.randn_like(images)).sum(), latents)
    assert (slopes.abs().amax(0) > 1e-6 * slopes.abs().max()).all()
    assert torch.pdist(images.detach().flatten(1)).min() > 1e-4


@every_architecture
def test_a_state_dict_carries_all_that_a_player_is(architecture: Architecture) -> None:
    one, other = pair(architecture), pair(architecture)
    latents = torch.randn(BATCH, architecture.latent_size)
    for player, copy in zip(one, other, strict=True):
        player(latents if player is one[0] else torch.randn(BATCH, 1, 8, 8), *labels(architecture))
        copy.load_state_dict(player.state_dict())

    def output(generator: nn.Module, discriminator: nn.Module) -> Tensor:
        images = generator.eval()(latents, *labels(architecture))
        logits: Tensor = discriminator.eval()(images, *labels(architecture))
        return logits

    with torch.no_grad():
        assert torch.equal(output(*one), output(*other))


@every_architecture
def test_states_its_source_and_its_limits(architecture: Architecture) -> None:
    assert any(word in architecture.citation for word in ("arXiv:", "doi:10.", "widespread"))
    assert 20 < len(architecture.limits) < 300
    assert architecture.limits.endswith(".")
