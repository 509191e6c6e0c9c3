"""The recipes against the table of their sources, and what holds for every one of them."""

import pytest
from torch import nn

from ganzoo.catalog import VARIANTS, find_variant
from ganzoo.constraints.spectral_normalisation import SPECTRAL_NORMALISATION
from ganzoo.constraints.weight_clipping import WEIGHT_CLIPPING
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.losses.non_saturating import NON_SATURATING_SMOOTH
from ganzoo.variant import Variant

# architecture, loss, prior, latent size, batch size, penalty, constraint
PARTS = {
    "gan-mlp": ("mlp", "non-saturating", "normal", 64, 100, None, "none"),
    "gan-mlp-wide": ("mlp-wide", "non-saturating-smooth", "normal", 100, 64, None, "none"),
    "gan-mlp-dropout": ("mlp-dropout", "non-saturating-smooth", "uniform", 100, 64, None, "none"),
    "gan-shallow": ("shallow", "non-saturating", "uniform", 100, 64, None, "none"),
    "gan-minimax": ("mlp", "minimax", "normal", 64, 100, None, "none"),
    "dcgan": ("dcgan", "non-saturating", "uniform", 100, 64, None, "none"),
    "dcgan-minimax": ("dcgan", "minimax", "uniform", 100, 64, None, "none"),
    "wgan": ("dcgan", "wasserstein", "uniform", 100, 64, None, "weight-clipping"),
    "wgan-gp": ("dcgan-plain", "wasserstein", "uniform", 100, 64, "one-centred", "none"),
    "lsgan": ("dcgan", "least-squares", "uniform", 100, 64, None, "none"),
    "hinge": ("dcgan", "hinge", "uniform", 100, 64, None, "none"),
    "sngan": ("dcgan-plain", "hinge", "uniform", 100, 64, None, "spectral-normalisation"),
}


def hyperparameters(optimiser: str, lr: float, **others: float) -> tuple[str, dict[str, float]]:
    return optimiser, {"lr_generator": lr, "lr_discriminator": lr, "n_critic": 1} | others


DEFAULTS = {
    "gan-mlp": hyperparameters("adam", 3e-4, beta1=0.9, beta2=0.999),
    "gan-mlp-wide": hyperparameters("adam", 2e-4, beta1=0.5, beta2=0.999),
    "gan-mlp-dropout": hyperparameters("adam", 1e-3, beta1=0.9, beta2=0.999),
    "gan-shallow": hyperparameters("adam", 1e-3, beta1=0.9, beta2=0.999),
    "gan-minimax": hyperparameters("adam", 3e-4, beta1=0.9, beta2=0.999),
    "dcgan": hyperparameters("adam", 2e-4, beta1=0.5, beta2=0.999),
    "dcgan-minimax": hyperparameters("adam", 2e-4, beta1=0.5, beta2=0.999),
    # Without beta1: RMSProp has no momentum; PyTorch's alpha is 0.99.
    "wgan": hyperparameters("rmsprop", 5e-5, beta2=0.99, n_critic=5, clip=0.01),
    "wgan-gp": hyperparameters("adam", 1e-4, beta1=0.0, beta2=0.9, n_critic=5, penalty_weight=10.0),
    "lsgan": hyperparameters("adam", 2e-4, beta1=0.5, beta2=0.999),
    "hinge": hyperparameters("adam", 2e-4, beta1=0.5, beta2=0.999),
    "sngan": hyperparameters("adam", 2e-4, beta1=0.5, beta2=0.999),
}

every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())


@pytest.mark.parametrize(("name", "parts"), PARTS.items(), ids=PARTS.keys())
def test_is_made_of(name: str, parts: tuple[object, ...]) -> None:
    variant = VARIANTS[name]
    assert parts == (
        variant.architecture.name,
        variant.loss.name,
        variant.prior.name,
        variant.latent_size,
        variant.batch_size,
        variant.penalty.name if variant.penalty else None,
        variant.constraint.name,
    )


@pytest.mark.parametrize(("name", "defaults"), DEFAULTS.items(), ids=DEFAULTS.keys())
def test_has_the_defaults_of_its_source(name: str, defaults: tuple[str, dict[str, float]]) -> None:
    optimiser, values = defaults
    assert VARIANTS[name].optimiser == optimiser
    assert VARIANTS[name].defaults.present() == values


def test_smoothed_variants_use_the_label_of_a_nine_tenths() -> None:
    discriminator = NON_SATURATING_SMOOTH.discriminator
    assert discriminator.keywords == {"real_label": 0.9}  # type: ignore[attr-defined]


@every_variant
def test_goes_by_its_own_name(variant: Variant) -> None:
    assert VARIANTS[variant.name] is variant
    assert find_variant(variant.name) is variant


@every_variant
def test_states_its_source(variant: Variant) -> None:
    assert "arXiv:" in variant.reference or "tutorial" in variant.reference


@every_variant
def test_momentum_goes_with_adam(variant: Variant) -> None:
    assert (variant.optimiser == "adam") == (variant.defaults.beta1 is not None)


@every_variant
def test_a_penalty_goes_with_its_weight_and_clipping_with_its_bound(variant: Variant) -> None:
    assert (variant.penalty is None) == (variant.defaults.penalty_weight is None)
    assert (variant.constraint is WEIGHT_CLIPPING) == (variant.defaults.clip is not None)


@every_variant
def test_saturating_and_non_saturating_do_not_share_a_name(variant: Variant) -> None:
    assert (variant.loss.name == "minimax") == variant.name.endswith("minimax")


@every_variant
def test_batch_norm_is_off_where_a_penalty_or_spectral_normalisation_is_on(variant: Variant) -> None:
    discriminator = variant.architecture.discriminator(1, 16)
    normalised = any(isinstance(layer, nn.BatchNorm2d) for layer in discriminator.modules())
    assert not (normalised and (variant.penalty or variant.constraint is SPECTRAL_NORMALISATION))


@every_variant
def test_defaults_are_within_their_domains(variant: Variant) -> None:
    defaults = variant.defaults
    assert defaults.lr_generator > 0
    assert defaults.lr_discriminator > 0
    assert 0 <= (defaults.beta1 or 0) < 1
    assert 0 <= defaults.beta2 < 1
    assert defaults == Hyperparameters(**defaults.present())


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("wgangp", "wgan-gp"), ("DCGAN", "dcgan"), ("ls-gan", "lsgan"), ("spectral", ""), ("", "")],
)
def test_an_unknown_name_lists_the_known_and_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(LookupError) as raised:
        find_variant(name)
    (message,) = raised.value.args
    assert message.startswith(f"unknown variant {name!r}: did you mean '{nearest}")
    assert message.endswith(f"Known: {', '.join(VARIANTS)}")
    assert "\n" not in message
