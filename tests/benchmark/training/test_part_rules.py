"""Parts that break a rule, each with its line; and that no part of the zoo does."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from own_parts import SHAPE, SIDE, SOUND, SOUND_CRITIC, Branching, critic, generator, refusal, variant
from torch import Tensor, nn

from benchmark.training.model import ImageShape, Model
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.losses import HINGE_SAN
from ganzoo.registry import BUILT_IN, VARIANTS, find_variant


class Reconstruction(nn.Module):
    """A discriminator without a weight."""

    def forward(self, images: Tensor) -> Tensor:
        return -images.flatten(1).square().sum(1)


def test_what_keeps_the_rules_is_built() -> None:
    assert Model.of(variant(), SHAPE, torch.float32).is_per_sample


@pytest.mark.parametrize("name", [*VARIANTS])
def test_no_variant_of_the_zoo_breaks_one(name: str) -> None:
    side = min(VARIANTS[name].architecture.resolutions)
    assert Model.of(VARIANTS[name], ImageShape(1, side, 10), torch.float32).variant is VARIANTS[name]


@pytest.mark.parametrize(
    "name",
    [
        *(f"mlp+{loss}" for loss in BUILT_IN.loss if loss not in ("began", "wasserstein", "wasserstein-san")),
        *(f"shallow+hinge+{penalty}" for penalty in BUILT_IN.penalty),
        *(f"mlp+hinge+{each}" for each in (*BUILT_IN.constraint, *BUILT_IN.augmentation) if each != "spectral-norm"),
        "infogan-autoencoder+began",
        "mlp+wasserstein+gp",
        "mlp+wasserstein-san+gp",
        "sndcgan+hinge+spectral-norm",
    ],
)
def test_no_part_of_the_zoo_breaks_one_in_a_composition(name: str) -> None:
    found = find_variant(name)
    assert Model.of(found, ImageShape(1, min(found.architecture.resolutions), 10), torch.float32).variant is found


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"discriminator": critic(nn.Linear(4, 1))},
            "its discriminator gives (4, 1) of images (4, ...); must be (4,): one logit an image",
        ),
        (
            {"discriminator": critic(nn.Linear(4, 1), nn.Flatten(0), nn.Dropout(0.5))},
            "its discriminator draws from torch's global random state (layer '4' is a Dropout), which would make "
            "results depend on the number of workers; use ganzoo.layers.dropout.KeyedDropout",
        ),
        (
            {"discriminator": critic(nn.BatchNorm1d(4), nn.Linear(4, 1), nn.Flatten(0))},
            "its discriminator has batch norm (layer '2' is a BatchNorm1d); say batch_norm=True, so that what needs "
            "logits of single images is refused",
        ),
        (
            {"generator": lambda latent_size, channels, resolution: nn.Linear(latent_size, 64)},
            "its generator gives (2, 64) of latents (2, ...); must be (2, 1, 8, 8): images of the study's shape",
        ),
        (
            {"generator": lambda *shape: nn.Sequential(nn.Dropout(0.5), generator(*shape))},
            "its generator draws from torch's global random state (layer '0' is a Dropout), which would make results "
            "depend on the number of workers; use ganzoo.layers.dropout.KeyedDropout",
        ),
        (
            {"discriminator": critic(nn.Linear(4, 1), nn.Flatten(0), Branching())},
            "its discriminator decides by a tensor's values, by an if, a mask or .item(), which many runs trained as "
            "one cannot; use torch.where, and keep values in tensors",
        ),
        (
            {"generator": lambda *shape: nn.Sequential(Branching(), generator(*shape))},
            "its generator decides by a tensor's values, by an if, a mask or .item(), which many runs trained as "
            "one cannot; use torch.where, and keep values in tensors",
        ),
        (
            {"discriminator": lambda channels, resolution: nn.Sequential(nn.Conv2d(3, 4, 4))},
            "its discriminator, given (4, 1, 8, 8), raises RuntimeError: Given groups=1, weight of size [4, 3, 4, 4], "
            "expected input[4, 1, 8, 8] to have 3 channels, but got 1 channels instead",
        ),
        (
            {"discriminator": lambda channels, resolution: nn.Sequential(nn.ReLU(inplace=True), SOUND_CRITIC(1, SIDE))},
            "its discriminator changes what it is given, in place; must compute with a copy, as x * 2 makes one",
        ),
        (
            {"generator": lambda resolution: nn.Identity()},
            "making its networks, for latents of 100 and images (1, 8, 8), raises TypeError: "
            "<lambda>() takes 1 positional argument but 3 were given",
        ),
    ],
)
def test_architectures(changed: dict[str, object], told: str) -> None:
    own = replace(SOUND, **changed)  # type: ignore[arg-type]
    assert refusal(variant(architecture=own)) == f"architecture 'mine': {told}"


@pytest.mark.parametrize(
    "discriminator",
    [critic(nn.Linear(4, 1), nn.Tanh(), nn.Flatten(0)), lambda channels, resolution: Reconstruction()],
    ids=["an activation behind it", "no weight"],
)
def test_a_linear_head_is_tried_where_its_direction_is_trained(discriminator: Callable[..., nn.Module]) -> None:
    own = variant(architecture=replace(SOUND, discriminator=discriminator, linear_head=True))
    assert Model.of(own, SHAPE, torch.float32).head == ""
    assert refusal(replace(own, loss=HINGE_SAN)) == (
        "architecture 'mine': linear_head=True, and its discriminator does not end in a layer nn.Linear(F, 1)"
    )


@pytest.mark.parametrize("scale", [0.0, 1e-3, 1.0, 1e3], ids=lambda scale: f"first weights of {scale}")
@pytest.mark.parametrize("last", [nn.Identity(), nn.ReLU(), nn.Softsign()], ids=lambda last: type(last).__name__)
def test_images_outside_of_the_range(last: nn.Module, scale: float) -> None:
    def unbounded(latent_size: int, channels: int, resolution: int) -> nn.Module:
        pixels = nn.Linear(latent_size, channels * resolution**2)
        pixels.weight.data.mul_(scale)
        return nn.Sequential(pixels, last, nn.Unflatten(1, (channels, SIDE, SIDE)))

    own = variant(architecture=replace(SOUND, generator=unbounded))
    if isinstance(last, nn.Softsign):
        assert Model.of(own, SHAPE, torch.float32).variant is own
        return
    told = re.fullmatch(
        r"architecture 'mine': its generator gives images from (\S+) to (\S+); must be in \[-1, 1\] whatever "
        r"its weights, as a last nn\.Tanh\(\) makes them",
        refusal(own),
    )
    assert told
    assert float(told[2]) > 1
    assert (float(told[1]) < -1) == isinstance(last, nn.Identity)


@pytest.mark.parametrize(
    "last", [nn.Sigmoid(), nn.ReLU6(), nn.Tanh(), nn.Hardtanh()], ids=lambda last: type(last).__name__
)
@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_images_that_leave_out_half_of_the_range(last: nn.Module, scale: float) -> None:
    def ending(latent_size: int, channels: int, resolution: int) -> nn.Module:
        pixels = nn.Linear(latent_size, channels * resolution**2)
        for weights in pixels.parameters():
            weights.data.mul_(scale)
        shrunk = nn.Hardtanh() if isinstance(last, nn.ReLU6) else nn.Identity()
        return nn.Sequential(pixels, last, shrunk, nn.Unflatten(1, (channels, SIDE, SIDE)))

    own = variant(architecture=replace(SOUND, generator=ending))
    if type(last) in (nn.Tanh, nn.Hardtanh):  # of which ReLU6 is one
        assert Model.of(own, SHAPE, torch.float32).variant is own
        return
    assert refusal(own) == (
        "architecture 'mine': its generator gives no image with anything below 0, whatever its weights; images are in "
        "[-1, 1], as a last nn.Tanh() makes them"
    )


class Noisy(nn.Module):
    """Adds noise of torch's global random state."""

    def forward(self, logits: Tensor) -> Tensor:
        return logits + torch.randn_like(logits)


def test_a_draw_of_one_s_own_layer() -> None:
    own = replace(SOUND, discriminator=critic(nn.Linear(4, 1), nn.Flatten(0), Noisy()))
    assert refusal(variant(architecture=own)) == (
        "architecture 'mine': its discriminator draws from torch's global random state, which would make results "
        "depend on the number of workers; use the noise that it is handed"
    )


def test_what_is_declared_or_keyed_is_allowed() -> None:
    normed = replace(SOUND, discriminator=critic(nn.BatchNorm1d(4), nn.Linear(4, 1), nn.Flatten(0)), batch_norm=True)
    assert not Model.of(variant(architecture=normed), SHAPE, torch.float32).is_per_sample
    keyed = replace(SOUND, discriminator=critic(KeyedDropout(0.5, 0), nn.Linear(4, 1), nn.Flatten(0)))
    assert not Model.of(variant(architecture=keyed), SHAPE, torch.float32).is_per_sample
