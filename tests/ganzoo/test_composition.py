"""Variants made of parts by name: their canonical names, their defaults, and every refusal."""

from collections.abc import Mapping
from itertools import permutations

import pytest

from ganzoo.components import Component
from ganzoo.composition import SEPARATOR, compose
from ganzoo.registry import BUILT_IN, VARIANTS, find_variant, known_parts
from ganzoo.variant import joined_names

ALL = "mlp+hinge+consistency+r1+r2+spectral-norm+diffaugment+instance-noise+cosine+ema"
KNOWN = known_parts()
ARCHITECTURES, LOSSES = ", ".join(KNOWN.architecture), ", ".join(KNOWN.loss)
EVERY = ", ".join(name for catalog in KNOWN.kinds().values() for name in catalog)
USUAL = {"lr_generator": 2e-4, "lr_discriminator": 2e-4, "beta1": 0.5, "beta2": 0.999, "n_critic": 1}


def refusal(name: str) -> str:
    with pytest.raises(LookupError) as raised:
        find_variant(name)
    (message,) = raised.value.args
    assert "\n" not in message
    return str(message)


@pytest.mark.parametrize("words", list(permutations(["resnet", "hinge", "r1"])))
def test_the_order_of_the_words_is_free_and_the_name_is_not(words: tuple[str, ...]) -> None:
    assert compose(SEPARATOR.join(words), KNOWN) == compose("resnet+hinge+r1", KNOWN)
    assert compose(SEPARATOR.join(words), KNOWN).name == "resnet+hinge+r1"


def test_parts_of_every_kind_in_their_order() -> None:
    variant = compose(SEPARATOR.join(reversed(ALL.split(SEPARATOR))), KNOWN)
    assert variant.name == ALL
    assert variant.architecture.name == "mlp"
    assert variant.loss.name == "hinge"
    assert joined_names(variant.penalties) == "consistency+r1+r2"
    assert variant.constraint.name == "spectral-norm"
    assert joined_names(variant.augmentations) == "diffaugment+instance-noise"
    assert variant.schedule.name == "cosine"
    assert variant.averaging is not None
    assert variant.averaging.name == "ema"


def test_what_is_not_named_is_not_there() -> None:
    variant = compose("mlp+hinge", KNOWN)
    assert (variant.penalties, variant.augmentations, variant.averaging) == ((), (), None)
    assert (variant.constraint.name, variant.schedule.name) == ("none", "constant")


def test_blanks_between_the_words_do_no_harm() -> None:
    assert compose(" mlp + hinge ", KNOWN).name == "mlp+hinge"


def test_a_name_that_was_composed_is_found_again() -> None:
    assert find_variant(compose("ema+dcgan+minimax", KNOWN).name) == compose("dcgan+minimax+ema", KNOWN)


def test_a_variant_s_name_is_not_a_composition() -> None:
    """`dragan` is both a variant and a penalty."""
    assert find_variant("dragan") is VARIANTS["dragan"]


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("mlp+hinge", {}),
        ("resnet+hinge+r1", {"penalty_weight": 10.0}),
        ("mlp+hinge+r1+r2+consistency", {"penalty_weight": 10.0}),
        ("mlp+hinge+orthogonal", {"constraint_weight": 1e-4}),
        ("mlp+hinge-lecam", {"lecam_weight": 0.3}),
        ("mlp+wasserstein-lecam", {"n_critic": 5, "beta1": 0.0, "beta2": 0.9, "lecam_weight": 0.3}),
        ("sndcgan+hinge+spectral-norm", {}),
        ("mlp+wasserstein+gp", {"n_critic": 5, "beta1": 0.0, "beta2": 0.9, "penalty_weight": 10.0}),
        ("mlp+wasserstein+weight-clipping", {"n_critic": 5, "beta1": 0.0, "beta2": 0.9, "clip": 0.01}),
        (
            "infogan-autoencoder+began",
            {"lr_generator": 1e-4, "lr_discriminator": 1e-4, "balance_gain": 0.001, "diversity_ratio": 0.5},
        ),
    ],
)
def test_defaults_are_the_usual_ones_and_those_of_the_parts(name: str, others: dict[str, float]) -> None:
    variant = compose(name, KNOWN)
    assert variant.defaults.present() == USUAL | others
    assert (variant.optimiser, variant.batch_size, variant.prior.name) == ("adam", 64, "normal")


@pytest.mark.parametrize(
    ("architecture", "size"),
    [("mlp", 64), ("mlp-wide", 100), ("dcgan", 100), ("infogan", 64), ("sndcgan", 128), ("resnet", 128), ("r3gan", 64)],
)
def test_latents_are_as_large_as_in_the_architecture_s_source(architecture: str, size: int) -> None:
    assert compose(f"{architecture}+hinge", KNOWN).latent_size == size


@pytest.mark.parametrize(("word", "nearest"), [("hing", "hinge"), ("Resnet", "resnet"), ("wgan", "gan")])
def test_an_unknown_part_lists_the_known_and_the_nearest(word: str, nearest: str) -> None:
    message = refusal(f"mlp+{word}")
    assert message.startswith(f"variant 'mlp+{word}': unknown part {word!r}: did you mean '")
    assert nearest in message.partition("did you mean ")[2].partition("?")[0]
    assert message.endswith(f"? Known: {EVERY}")


def test_to_no_name_none_is_near() -> None:
    assert refusal("mlp+") == f"variant 'mlp+': unknown part '': Known: {EVERY}"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mlp+hinge+hinge", "'hinge' is named twice"),
        ("mlp+hinge+r1+r1", "'r1' is named twice"),
        ("hinge+r1", f"no architecture among its parts; known: {ARCHITECTURES}"),
        ("mlp+r1", f"no loss among its parts; known: {LOSSES}"),
        ("mlp+dcgan+hinge", "'dcgan' and 'mlp': one architecture at most"),
        ("mlp+wasserstein+hinge+gp", "'hinge' and 'wasserstein': one loss at most"),
        ("mlp+hinge+weight-clipping+orthogonal", "'orthogonal' and 'weight-clipping': one constraint at most"),
        ("mlp+hinge+linear-decay+cosine", "'cosine' and 'linear-decay': one schedule at most"),
    ],
)
def test_too_many_or_too_few(name: str, told: str) -> None:
    assert refusal(name) == f"variant {name!r}: {told}"


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        (
            "dcgan+hinge+gp",
            "dcgan has batch norm in its discriminator, and gp wants logits that are each a function of one image",
        ),
        (
            "infogan+hinge+spectral-norm",
            "infogan has batch norm in its discriminator, which undoes what spectral-norm holds",
        ),
        ("r3gan+hinge+spectral-norm", "weights of r3gan start at zero, which spectral-norm divides by"),
        (
            "mlp+wasserstein",
            "wasserstein has no finite optimum unless a penalty or a constraint bounds the slope",
        ),
        ("mlp+hinge+r1+gp", "gp pulls slopes to 1 and r1 to 0"),
        ("mlp+began", "began needs a discriminator that reconstructs images, which mlp lacks"),
        (
            "infogan-autoencoder+minimax",
            "minimax wants logits above 0 for real images, and those of infogan-autoencoder never are",
        ),
        (
            "dcgan+wasserstein+lp+r2",
            "dcgan has batch norm in its discriminator, and lp wants logits that are each a function of one image; "
            "dcgan has batch norm in its discriminator, and r2 wants logits that are each a function of one image; "
            "lp pulls slopes to 1 and r2 to 0",
        ),
    ],
)
def test_parts_that_make_no_sense_together(name: str, reasons: str) -> None:
    assert refusal(name) == f"variant {name!r} makes no sense: {reasons}"


def test_every_part_of_the_zoo_can_be_named() -> None:
    ours: dict[str, Mapping[str, Component]] = {
        "architecture": BUILT_IN.architecture,
        "loss": BUILT_IN.loss,
        "penalty": BUILT_IN.penalty,
        "constraint": BUILT_IN.constraint,
        "augmentation": BUILT_IN.augmentation,
        "schedule": BUILT_IN.schedule,
        "averaging": BUILT_IN.averaging,
    }
    assert list(KNOWN.kinds()) == list(ours)
    for kind, catalog in ours.items():
        assert list(KNOWN.kinds()[kind])[: len(catalog)] == list(catalog)
