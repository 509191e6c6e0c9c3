"""Fully connected GANs as in widespread tutorials."""

from dataclasses import replace

from ganzoo.architectures import MLP, MLP_DROPOUT, MLP_WIDE, SHALLOW
from ganzoo.hyperparameters import adam
from ganzoo.losses import MINIMAX, NON_SATURATING, NON_SATURATING_SMOOTH
from ganzoo.priors import NORMAL, UNIFORM
from ganzoo.variant import SourceRun, Variant

# Of the wide and of the shallow one, the epochs are not known here.
MNIST = SourceRun(dataset="mnist")

GAN_MLP = Variant(
    name="gan-mlp",
    architecture=MLP,
    loss=NON_SATURATING,
    prior=NORMAL,
    latent_size=64,
    optimiser="adam",
    batch_size=100,
    defaults=adam(3e-4, 0.9, 0.999),
    citation="Goodfellow et al. 2014, arXiv:1406.2661; sizes and settings of the widespread PyTorch tutorial",
    source_run=replace(MNIST, epochs=200),
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
    citation="widespread tutorial; label smoothing of Salimans et al. 2016, arXiv:1606.03498",
    source_run=MNIST,
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
    citation="widespread tutorial with dropout in both players; a fixed set of latents is sampled in eval mode",
    source_run=replace(MNIST, epochs=100),
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
    citation="widespread one-hidden-layer tutorial; generator and discriminator updates in any ratio (n_critic)",
    source_run=MNIST,
)

TUTORIALS = (
    GAN_MLP,
    GAN_MLP_WIDE,
    GAN_MLP_DROPOUT,
    GAN_SHALLOW,
    replace(GAN_MLP, name="gan-minimax", loss=MINIMAX, citation=MINIMAX.citation, source_run=MNIST),
)
