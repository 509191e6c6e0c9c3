"""Every recipe, its defaults and where it comes from; adding one is one entry here."""

from dataclasses import replace
from difflib import get_close_matches

from ganzoo.architectures.dcgan import DCGAN, DCGAN_PLAIN
from ganzoo.architectures.mlp import MLP, MLP_DROPOUT, MLP_WIDE
from ganzoo.architectures.shallow import SHALLOW
from ganzoo.constraints.spectral_normalisation import SPECTRAL_NORMALISATION
from ganzoo.constraints.weight_clipping import WEIGHT_CLIPPING
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.losses.hinge import HINGE
from ganzoo.losses.least_squares import LEAST_SQUARES
from ganzoo.losses.minimax import MINIMAX
from ganzoo.losses.non_saturating import NON_SATURATING, NON_SATURATING_SMOOTH
from ganzoo.losses.wasserstein import WASSERSTEIN
from ganzoo.penalties.one_centred import ONE_CENTRED
from ganzoo.priors import NORMAL, UNIFORM
from ganzoo.variant import Variant


def adam(lr: float, beta1: float, beta2: float, n_critic: float = 1) -> Hyperparameters:
    """Adam's defaults with one learning rate for both players."""
    return Hyperparameters(lr_generator=lr, lr_discriminator=lr, beta1=beta1, beta2=beta2, n_critic=n_critic)


GAN_MLP = Variant(
    name="gan-mlp",
    architecture=MLP,
    loss=NON_SATURATING,
    prior=NORMAL,
    latent_size=64,
    optimiser="adam",
    batch_size=100,
    defaults=adam(3e-4, 0.9, 0.999),
    reference="Goodfellow et al. 2014, arXiv:1406.2661; sizes and settings of the widespread PyTorch tutorial",
)
GAN_MLP_WIDE = Variant(
    name="gan-mlp-wide",
    architecture=MLP_WIDE,
    loss=NON_SATURATING_SMOOTH,
    prior=NORMAL,
    latent_size=100,
    optimiser="adam",
    batch_size=64,
    defaults=adam(2e-4, 0.5, 0.999),
    reference="widespread tutorial; label smoothing of Salimans et al. 2016, arXiv:1606.03498",
)
GAN_MLP_DROPOUT = Variant(
    name="gan-mlp-dropout",
    architecture=MLP_DROPOUT,
    loss=NON_SATURATING_SMOOTH,
    prior=UNIFORM,
    latent_size=100,
    optimiser="adam",
    batch_size=64,
    # The source names Adam without settings; these are PyTorch's own.
    defaults=adam(1e-3, 0.9, 0.999),
    reference="widespread tutorial with dropout in both players; a fixed set of latents is sampled in eval mode",
)
GAN_SHALLOW = Variant(
    name="gan-shallow",
    architecture=SHALLOW,
    loss=NON_SATURATING,
    prior=UNIFORM,
    latent_size=100,
    optimiser="adam",
    batch_size=64,
    defaults=adam(1e-3, 0.9, 0.999),
    reference="widespread one-hidden-layer tutorial; generator and discriminator updates in any ratio (n_critic)",
)
DCGAN_VARIANT = Variant(
    name="dcgan",
    architecture=DCGAN,
    loss=NON_SATURATING,
    prior=UNIFORM,
    latent_size=100,
    optimiser="adam",
    batch_size=64,
    defaults=adam(2e-4, 0.5, 0.999),
    reference="Radford et al. 2016, arXiv:1511.06434 (its batch of 128 is 64 here, as in most reimplementations)",
)
WGAN = replace(
    DCGAN_VARIANT,
    name="wgan",
    loss=WASSERSTEIN,
    constraint=WEIGHT_CLIPPING,
    optimiser="rmsprop",
    defaults=Hyperparameters(lr_generator=5e-5, lr_discriminator=5e-5, beta2=0.99, n_critic=5, clip=0.01),
    reference="Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1",
)
WGAN_GP = replace(
    DCGAN_VARIANT,
    name="wgan-gp",
    architecture=DCGAN_PLAIN,
    loss=WASSERSTEIN,
    penalty=ONE_CENTRED,
    defaults=replace(adam(1e-4, 0.0, 0.9, n_critic=5), penalty_weight=10.0),
    reference="Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1 (batch norm nowhere in the discriminator)",
)

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        GAN_MLP,
        GAN_MLP_WIDE,
        GAN_MLP_DROPOUT,
        GAN_SHALLOW,
        replace(GAN_MLP, name="gan-minimax", loss=MINIMAX, reference=MINIMAX.reference),
        DCGAN_VARIANT,
        replace(DCGAN_VARIANT, name="dcgan-minimax", loss=MINIMAX, reference=MINIMAX.reference),
        WGAN,
        WGAN_GP,
        replace(DCGAN_VARIANT, name="lsgan", loss=LEAST_SQUARES, reference=LEAST_SQUARES.reference),
        replace(DCGAN_VARIANT, name="hinge", loss=HINGE, reference=HINGE.reference),
        replace(
            DCGAN_VARIANT,
            name="sngan",
            architecture=DCGAN_PLAIN,
            loss=HINGE,
            constraint=SPECTRAL_NORMALISATION,
            reference="Miyato et al. 2018, arXiv:1802.05957 (spectral normalisation replaces batch norm in D)",
        ),
    )
}


def find_variant(name: str) -> Variant:
    """The variant called `name`.

    Raises:
        LookupError: with one line that lists the known names and the nearest.
    """
    if name in VARIANTS:
        return VARIANTS[name]
    nearest = get_close_matches(name.lower(), VARIANTS, n=1, cutoff=0.0)[0]
    raise LookupError(f"unknown variant {name!r}: did you mean {nearest!r}? Known: {', '.join(VARIANTS)}")
