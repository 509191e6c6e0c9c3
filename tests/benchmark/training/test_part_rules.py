"""Parts that break a rule, each with its line; and that no part of the zoo does."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.training.model import ImageShape, Model
from ganzoo.components import Architecture, Augmentation, Averaging, Constraint, Loss, Penalty, Schedule
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.registry import BUILT_IN, VARIANTS, find_variant
from ganzoo.variant import Variant

SIDE = 8
SHAPE = ImageShape(channels=1, resolution=SIDE, classes=10)


def generator(latent_size: int, channels: int, resolution: int) -> nn.Module:
    pixels = nn.Linear(latent_size, channels * resolution**2)
    return nn.Sequential(pixels, nn.Tanh(), nn.Unflatten(1, (channels, SIDE, SIDE)))


def critic(*layers: nn.Module) -> Callable[[int, int], nn.Module]:
    """A factory of discriminators that end in these layers."""
    return lambda channels, resolution: nn.Sequential(nn.Flatten(), nn.Linear(channels * resolution**2, 4), *layers)


class Branching(nn.Module):
    """Turns what it is given, if its mean is negative."""

    def forward(self, given: Tensor) -> Tensor:
        return given if given.mean() > 0 else -given


SOUND_CRITIC = critic(nn.Linear(4, 1), nn.Flatten(0))
SOUND = Architecture("mine", generator, SOUND_CRITIC, (SIDE,), "these tests")
LOSS = Loss("own", lambda real, fake: fake - real, lambda real, fake: -fake, "these tests")
PENALTY = Penalty("weight", lambda critic, real, fake, noise: critic(real) ** 2, "these tests", 1.0)
AUGMENTATION = Augmentation(
    "shift", lambda images, noise, progress: images + 1, lambda images, generator: images[:, 0], "these tests"
)


def variant(**parts: object) -> Variant:
    own = {"architecture": SOUND, "loss": LOSS, "penalties": (PENALTY,), "augmentations": (AUGMENTATION,)}
    return replace(VARIANTS["wgan-gp"], **(own | parts))  # type: ignore[arg-type]


def refusal(own: Variant) -> str:
    state = torch.random.get_rng_state()
    with pytest.raises(UserError) as refused:
        Model.of(own, SHAPE, torch.float32)
    assert torch.equal(torch.random.get_rng_state(), state)
    return str(refused.value)


def test_what_keeps_the_rules_is_built() -> None:
    assert Model.of(variant(), SHAPE, torch.float32).is_per_sample


@pytest.mark.parametrize("name", [*VARIANTS])
def test_no_variant_of_the_zoo_breaks_one(name: str) -> None:
    side = min(VARIANTS[name].architecture.resolutions)
    assert Model.of(VARIANTS[name], ImageShape(1, side, 10), torch.float32).variant is VARIANTS[name]


@pytest.mark.parametrize(
    "name",
    [
        *(f"mlp+{loss}" for loss in BUILT_IN.loss if loss not in ("began", "wasserstein")),
        *(f"shallow+hinge+{penalty}" for penalty in BUILT_IN.penalty),
        *(f"mlp+hinge+{each}" for each in (*BUILT_IN.constraint, *BUILT_IN.augmentation) if each != "spectral-norm"),
        "infogan-autoencoder+began",
        "mlp+wasserstein+gp",
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


@pytest.mark.parametrize(
    ("function", "gives"),
    [
        (lambda real, fake: (fake - real).mean(), "()"),
        (lambda real, fake: (fake - real)[:, None], "(4, 1)"),
        (lambda real, fake: 1.0, "a float"),
    ],
    ids=["a mean", "a column", "a number"],
)
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_losses(player: str, function: Callable[..., Tensor], gives: str) -> None:
    own = replace(LOSS, **{player: function})  # type: ignore[arg-type]
    assert refusal(variant(loss=own)) == (
        f"loss 'own': its function of the {player} gives {gives} of logits (4, ...); must be (4,): "
        "one value an image, not their mean"
    )


@pytest.mark.parametrize(
    "function",
    [
        lambda real, fake: -fake if fake.mean() > 0 else fake,
        lambda real, fake: -fake * fake.mean().item(),
        lambda real, fake: -fake * float(fake.mean()),
        lambda real, fake: torch.from_numpy(-fake.numpy()),
        lambda real, fake: torch.zeros_like(fake).index_put((fake > 0,), fake[fake > 0]),
    ],
    ids=["if", "item", "float", "numpy", "mask"],
)
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_loss_that_decides_by_values(player: str, function: Callable[..., Tensor]) -> None:
    assert refusal(variant(loss=replace(LOSS, **{player: function}))) == (  # type: ignore[arg-type]
        f"loss 'own': its function of the {player} decides by a tensor's values, by an if, a mask or .item(), which "
        "many runs trained as one cannot; use torch.where, and keep values in tensors"
    )


def test_a_loss_that_changes_its_logits() -> None:
    own = replace(LOSS, generator=lambda real, fake: fake.neg_())
    assert refusal(variant(loss=own)).startswith(
        "loss 'own': its function of the generator changes what it is given, in place; must "
    )


def test_a_loss_that_draws() -> None:
    own = replace(LOSS, generator=lambda real, fake: -fake + torch.rand(4))
    assert refusal(variant(loss=own)).startswith("loss 'own': its function of the generator draws from torch's global ")


def test_penalties() -> None:
    own = replace(PENALTY, function=lambda critic, real, fake, noise: (critic(real) ** 2).mean())
    assert refusal(variant(penalties=(own,))) == (
        "penalty 'weight' gives () of images (4, ...); must be (4,): one value an image, not their mean"
    )
    own = replace(PENALTY, noise=lambda real, generator: torch.rand(4))
    assert refusal(variant(penalties=(own,))).startswith("penalty 'weight' draws from torch's global random state, ")


@pytest.mark.parametrize(
    "function",
    [
        lambda critic, real, fake, noise: critic(real) ** 2 if real.mean() > 0 else critic(fake) ** 2,
        lambda critic, real, fake, noise: critic(real) * real.max().item(),
    ],
)
def test_penalties_that_decide_by_values(function: Callable[..., Tensor]) -> None:
    own = replace(PENALTY, function=function)
    assert refusal(variant(penalties=(own,))).startswith("penalty 'weight' decides by a tensor's values, by an if, ")


def test_an_augmentation_that_decides_by_values() -> None:
    own = replace(AUGMENTATION, function=lambda images, noise, progress: images if progress > 0.1 else -images)
    assert refusal(variant(augmentations=(own,))).startswith("augmentation 'shift' decides by a tensor's values, by ")


def test_augmentations() -> None:
    own = replace(AUGMENTATION, function=lambda images, noise, progress: images[:, :, 1:])
    assert refusal(variant(augmentations=(own,))) == (
        "augmentation 'shift' gives (4, 1, 7, 8) of images (4, ...); must be (4, 1, 8, 8): images of the same shape"
    )
    own = replace(AUGMENTATION, noise=lambda images, generator: torch.rand(4))
    assert refusal(variant(augmentations=(own,))).startswith("augmentation 'shift' draws from torch's global ")


def test_what_is_refused_says_where_the_part_is_defined(monkeypatch: pytest.MonkeyPatch) -> None:
    mean = replace(LOSS, discriminator=lambda real, fake: (fake - real).mean())
    told = "loss 'own': its function of the discriminator gives () of logits (4, ...); must be (4,): one value an image"
    assert refusal(variant(loss=mean)) == f"{told}, not their mean"
    monkeypatch.setattr(sys.modules[__name__], "LOSS", mean)
    own = f"LOSS of {__name__.replace('.', '/')}.py"
    assert refusal(variant(loss=mean)) == f"{told}, not their mean ({own})"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"output": lambda logits: logits.mean()}, "output gives (); must be (4,): one value a logit"),
        (
            {"state": {"balance": 0.0}, "next_state": lambda state, real, fake, settings: {"balance": real}},
            "next_state, by the name 'balance', gives (4,); must be (): one number for each that `state` has",
        ),
        (
            {"next_state": lambda state, real, fake, settings: {"balance": real.mean()}},
            "next_state gives 'balance'; must be nothing: one number for each that `state` has, by name",
        ),
        (
            {"state": {"k": 0.0}, "next_state": lambda state, real, fake, settings: None},
            "next_state gives a NoneType; must be 'k': one number for each that `state` has, by name",
        ),
        (
            {
                "state": {"k": 0.0},
                "next_state": lambda state, real, fake, settings: {"k": state["k"] if real.sum() > 0 else -state["k"]},
            },
            "next_state decides by a tensor's values, by an if, a mask or .item(), which many runs trained as one "
            "cannot; use torch.where, and keep values in tensors",
        ),
    ],
)
def test_what_a_loss_remembers_and_shows(changed: dict[str, object], told: str) -> None:
    functions = {player: lambda real, fake, **state: fake - real for player in ("discriminator", "generator")}
    own = replace(LOSS, **(functions | changed))  # type: ignore[arg-type]
    assert refusal(variant(loss=own)) == f"loss 'own': its {told}"


def test_a_loss_with_a_state_says_how_it_goes_on() -> None:
    still = {player: lambda real, fake, k: fake - real for player in ("discriminator", "generator")}
    told = refusal(variant(loss=replace(LOSS, state={"k": 0.0}, **still)))  # type: ignore[arg-type]
    assert told == "loss 'own': it has a state and no next_state, so that this would stay as it begins"


def test_a_loss_decides_by_no_number_that_it_remembers() -> None:
    def deciding(real: Tensor, fake: Tensor, balance: Tensor) -> Tensor:
        return fake if balance > 0.5 else -fake

    own = replace(LOSS, state={"balance": 0.0}, discriminator=lambda real, fake, balance: fake, generator=deciding)
    told = refusal(variant(loss=own))
    assert told.startswith("loss 'own': its function of the generator decides by a tensor's values")


def test_a_hyperparameter_that_a_loss_reads_has_a_default() -> None:
    own = replace(
        LOSS,
        discriminator=lambda real, fake, k: fake - real,
        generator=lambda real, fake, k: -fake,
        state={"k": 0.0},
        next_state=lambda state, real, fake, settings: {"k": state["k"] + settings["balance_gain"]},
    )
    told = "reads balance_gain, and nothing gives a default of it; say defaults={'balance_gain': ...}"
    assert refusal(variant(loss=own)) == f"loss 'own': its next_state {told}"
    unknown = replace(own, next_state=lambda state, real, fake, settings: {"k": state["k"] * torch.nan})
    assert Model.of(variant(loss=unknown), SHAPE, torch.float32).variant.loss is unknown  # it reads none
    given = replace(VARIANTS["wgan-gp"].defaults, balance_gain=0.1)
    assert Model.of(variant(loss=own, defaults=given), SHAPE, torch.float32).variant.loss is own


def test_parts_that_see_no_images_are_tried_out_too() -> None:
    bad = {
        "constraint": Constraint("own", "these tests", regularise=lambda weights: 1.0),  # type: ignore[arg-type, return-value]
        "schedule": Schedule("own", "these tests", lambda share: -1.0),
        "averaging": Averaging("own", lambda updates: updates, "these tests"),
    }
    for kind, part in bad.items():
        assert refusal(variant(**{kind: part})).startswith(f"{kind} 'own': its ")
