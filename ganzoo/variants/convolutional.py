"""Plain convolutional GANs: DCGAN, and the losses, penalties and constraints that were tried on such networks."""

from dataclasses import replace

from ganzoo.architectures import DCGAN, DCGAN_PLAIN, SNDCGAN
from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.constraints import SPECTRAL_NORMALISATION, WEIGHT_CLIPPING
from ganzoo.hyperparameters import Hyperparameters, adam
from ganzoo.losses import (
    HINGE,
    LEAST_SQUARES,
    MINIMAX,
    NON_SATURATING,
    RELATIVISTIC_AVERAGE,
    RELATIVISTIC_PAIRING,
    WASSERSTEIN,
)
from ganzoo.penalties import GRADIENT_PENALTY, LIPSCHITZ_PENALTY, R1
from ganzoo.priors import NORMAL, UNIFORM
from ganzoo.variant import Variant

DCGAN_GAN = Variant(
    name="dcgan",
    architecture=DCGAN,
    loss=NON_SATURATING,
    prior=UNIFORM,
    latent_size=100,
    optimiser="adam",
    batch_size=64,
    defaults=adam(2e-4, 0.5, 0.999),
    citation="Radford et al. 2016, arXiv:1511.06434 (its batch of 128 is 64 here, as in most reimplementations)",
)
WGAN = replace(
    DCGAN_GAN,
    name="wgan",
    loss=WASSERSTEIN,
    constraint=WEIGHT_CLIPPING,
    optimiser="rmsprop",
    defaults=Hyperparameters(lr_generator=5e-5, lr_discriminator=5e-5, beta2=0.99, n_critic=5, clip=0.01),
    citation="Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1",
)
WGAN_GP = replace(
    DCGAN_GAN,
    name="wgan-gp",
    architecture=DCGAN_PLAIN,
    loss=WASSERSTEIN,
    penalties=(GRADIENT_PENALTY,),
    defaults=replace(adam(1e-4, 0.0, 0.9, n_critic=5), penalty_weight=10.0),
    citation="Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1 (batch norm nowhere in the discriminator)",
)
R1GAN = replace(
    DCGAN_GAN,
    name="r1gan",
    architecture=DCGAN_PLAIN,
    prior=NORMAL,
    latent_size=256,
    penalties=(R1,),
    defaults=replace(adam(1e-4, 0.0, 0.99), penalty_weight=10.0),
    averaging=EXPONENTIAL_AVERAGE,
    citation="Mescheder et al. 2018, arXiv:1801.04406, sections 4 and 5 (DCGAN networks for its residual ones)",
)
SNGAN = Variant(
    name="sngan",
    architecture=SNDCGAN,
    loss=HINGE,
    prior=NORMAL,
    latent_size=128,
    optimiser="adam",
    batch_size=64,
    defaults=adam(2e-4, 0.5, 0.999),
    constraint=SPECTRAL_NORMALISATION,
    citation="Miyato et al. 2018, arXiv:1802.05957, table 3, setting C of table 1, with the hinge loss",
)

CONVOLUTIONAL = (
    DCGAN_GAN,
    replace(DCGAN_GAN, name="dcgan-minimax", loss=MINIMAX, citation=MINIMAX.citation),
    WGAN,
    WGAN_GP,
    replace(DCGAN_GAN, name="lsgan", loss=LEAST_SQUARES, citation=LEAST_SQUARES.citation),
    replace(DCGAN_GAN, name="hinge", loss=HINGE, citation=HINGE.citation),
    SNGAN,
    replace(
        WGAN_GP,
        name="wgan-lp",
        penalties=(LIPSCHITZ_PENALTY,),
        citation="Petzka et al. 2018, arXiv:1709.08894, equation 8, with the settings of WGAN-GP",
    ),
    R1GAN,
    replace(DCGAN_GAN, name="ragan", loss=RELATIVISTIC_AVERAGE, citation=RELATIVISTIC_AVERAGE.citation),
    replace(DCGAN_GAN, name="rpgan", loss=RELATIVISTIC_PAIRING, citation=RELATIVISTIC_PAIRING.citation),
)
