"""GANs of residual networks."""

from dataclasses import replace

from ganzoo.architectures import R3GAN, RESNET, RESNET_CONDITIONAL
from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.constraints import SPECTRAL_NORMALISATION
from ganzoo.hyperparameters import adam
from ganzoo.losses import HINGE, RELATIVISTIC_PAIRING
from ganzoo.penalties import R1, R2
from ganzoo.priors import NORMAL
from ganzoo.variant import Variant

SNGAN_RESNET = Variant(
    name="sngan-resnet",
    architecture=RESNET,
    loss=HINGE,
    prior=NORMAL,
    latent_size=128,
    optimiser="adam",
    batch_size=64,
    defaults=adam(2e-4, 0.0, 0.9, n_critic=5),
    constraint=SPECTRAL_NORMALISATION,
    citation="Miyato et al. 2018, arXiv:1802.05957, table 4 and appendix B.3",
)

RESIDUAL = (
    SNGAN_RESNET,
    replace(
        SNGAN_RESNET,
        name="cgan-pd",
        architecture=RESNET_CONDITIONAL,
        citation="Miyato and Koyama 2018, arXiv:1802.05637, section 4 (residual networks sized for the images)",
    ),
    Variant(
        name="r3gan",
        architecture=R3GAN,
        loss=RELATIVISTIC_PAIRING,
        prior=NORMAL,
        latent_size=64,
        optimiser="adam",
        batch_size=64,
        defaults=replace(adam(2e-4, 0.0, 0.99), penalty_weight=1.0),
        penalties=(R1, R2),
        averaging=EXPONENTIAL_AVERAGE,
        citation="Huang et al. 2024, arXiv:2501.05441, equation 3 and section 3, compact (no schedules)",
    ),
)
