"""What functions of parts must hold to, losses and penalties among them: each broken rule is one line."""

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from own_parts import AUGMENTATION, LOSS, PENALTY, SHAPE, refusal, variant
from torch import Tensor

from benchmark.training.model import Model
from ganzoo.components import Averaging, Constraint, Schedule
from ganzoo.registry import VARIANTS

FUNCTIONS = {
    "discriminator": "function of the discriminator",
    "generator": "function of the generator",
    "direction": "direction",
}
every_function = pytest.mark.parametrize("player", FUNCTIONS)


@pytest.mark.parametrize(
    ("function", "gives"),
    [
        (lambda real, fake: (fake - real).mean(), "()"),
        (lambda real, fake: (fake - real)[:, None], "(4, 1)"),
        (lambda real, fake: 1.0, "a float"),
    ],
    ids=["a mean", "a column", "a number"],
)
@every_function
def test_losses(player: str, function: Callable[..., Tensor], gives: str) -> None:
    own = replace(LOSS, **{player: function})  # type: ignore[arg-type]
    assert refusal(variant(loss=own)) == (
        f"loss 'own': its {FUNCTIONS[player]} gives {gives} of logits (4, ...); must be (4,): "
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
@every_function
def test_a_loss_that_decides_by_values(player: str, function: Callable[..., Tensor]) -> None:
    assert refusal(variant(loss=replace(LOSS, **{player: function}))) == (  # type: ignore[arg-type]
        f"loss 'own': its {FUNCTIONS[player]} decides by a tensor's values, by an if, a mask or .item(), which "
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


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "it has a state and no next_state, so that this would stay as it begins"),
        (
            {"next_state": lambda state, real: {"p": real}},
            "its next_state, by the name 'p', gives (4,); must be (): one number for each that `state` has",
        ),
        (
            {"next_state": lambda state, real: state if real.mean() > 0 else {"p": state["p"] + 1}},
            "its next_state decides by a tensor's values, by an if, a mask or .item(), which many runs trained as one "
            "cannot; use torch.where, and keep values in tensors",
        ),
    ],
    ids=["none", "shape", "if"],
)
def test_what_an_augmentation_remembers(changed: dict[str, object], told: str) -> None:
    own = replace(AUGMENTATION, function=lambda images, noise, progress, p: images + p, state={"p": 0.0}, **changed)
    assert refusal(variant(augmentations=(own,))).startswith(f"augmentation 'shift': {told}")


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
