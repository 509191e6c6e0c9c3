"""The seven GANs of "Are GANs Created Equal?" (Lucic et al. 2018) on its networks, with the defaults of its code."""

from dataclasses import replace

from ganzoo.architectures import INFOGAN, INFOGAN_AUTOENCODER, INFOGAN_PLAIN
from ganzoo.constraints import WEIGHT_CLIPPING
from ganzoo.hyperparameters import adam
from ganzoo.losses import BEGAN, LEAST_SQUARES, MINIMAX, NON_SATURATING, WASSERSTEIN
from ganzoo.penalties import DRAGAN, GRADIENT_PENALTY
from ganzoo.priors import UNIFORM
from ganzoo.variant import Variant

LUCIC = "Lucic et al. 2018, arXiv:1711.10337"

NS_GAN = Variant(
    name="ns-gan",
    architecture=INFOGAN,
    loss=NON_SATURATING,
    prior=UNIFORM,
    latent_size=64,
    optimiser="adam",
    batch_size=64,
    defaults=adam(5e-5, 0.0, 0.999),
    citation=f"{LUCIC}; loss of Goodfellow et al. 2014, arXiv:1406.2661",
)

LUCIC2018 = (
    replace(NS_GAN, name="mm-gan", loss=MINIMAX),
    NS_GAN,
    replace(
        NS_GAN,
        name="lsgan-lucic",
        loss=LEAST_SQUARES,
        defaults=adam(2e-4, 0.5, 0.999),
        citation=f"{LUCIC}; loss of Mao et al. 2017, arXiv:1611.04076, on logits as there, where the code of "
        "Lucic et al. (compare_gan) puts a sigmoid before it: numbers of theirs are another loss's",
    ),
    replace(
        NS_GAN,
        name="wgan-lucic",
        loss=WASSERSTEIN,
        constraint=WEIGHT_CLIPPING,
        defaults=replace(adam(5e-5, 0.5, 0.999, n_critic=5), clip=0.01),
        citation=f"{LUCIC}; Arjovsky et al. 2017, arXiv:1701.07875, with Adam for RMSProp",
    ),
    replace(
        NS_GAN,
        name="wgan-gp-lucic",
        architecture=INFOGAN_PLAIN,
        loss=WASSERSTEIN,
        penalties=(GRADIENT_PENALTY,),
        defaults=replace(adam(1e-4, 0.5, 0.999, n_critic=5), penalty_weight=10.0),
        citation=f"{LUCIC}; Gulrajani et al. 2017, arXiv:1704.00028",
    ),
    replace(
        NS_GAN,
        name="dragan",
        architecture=INFOGAN_PLAIN,
        penalties=(DRAGAN,),
        defaults=replace(adam(1e-4, 0.5, 0.999), penalty_weight=10.0),
        citation=f"{LUCIC}; Kodali et al. 2017, arXiv:1705.07215",
    ),
    replace(
        NS_GAN,
        name="began",
        architecture=INFOGAN_AUTOENCODER,
        loss=BEGAN,
        defaults=replace(adam(1e-4, 0.5, 0.999), balance_gain=0.001, diversity_ratio=0.5),
        citation=f"{LUCIC}; Berthelot et al. 2017, arXiv:1703.10717",
    ),
)
