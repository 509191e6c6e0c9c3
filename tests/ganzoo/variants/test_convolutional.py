"""Plain convolutional GANs against the table of their papers."""

import pytest
from variant_rows import Parts, Settings, adam, parts, settings

from ganzoo.variant import Variant
from ganzoo.variants.convolutional import CONVOLUTIONAL

DCGAN_ADAM = adam(2e-4, 0.5, 0.999)
# Without beta1: RMSProp has no momentum; PyTorch's alpha is 0.99.
WGAN_RMSPROP = (
    "rmsprop",
    {"lr_generator": 5e-5, "lr_discriminator": 5e-5, "beta2": 0.99, "n_critic": 5, "clip": 0.01},
)
WGAN_GP_ADAM = adam(1e-4, 0.0, 0.9, n_critic=5, penalty_weight=10.0)
R1_ADAM = adam(1e-4, 0.0, 0.99, penalty_weight=10.0)


def dcgan(loss: str, architecture: str = "dcgan", penalties: str = "none", constraint: str = "none") -> Parts:
    return architecture, loss, "uniform", 100, 64, penalties, constraint, "none"


TABLE: dict[str, tuple[Parts, Settings]] = {
    "dcgan": (dcgan("non-saturating"), DCGAN_ADAM),
    "dcgan-minimax": (dcgan("minimax"), DCGAN_ADAM),
    "wgan": (dcgan("wasserstein", constraint="weight-clipping"), WGAN_RMSPROP),
    "wgan-gp": (dcgan("wasserstein", "dcgan-plain", "gp"), WGAN_GP_ADAM),
    "lsgan": (dcgan("least-squares"), DCGAN_ADAM),
    "hinge": (dcgan("hinge"), DCGAN_ADAM),
    "sngan": (("sndcgan", "hinge", "normal", 128, 64, "none", "spectral-norm", "none"), DCGAN_ADAM),
    "wgan-lp": (dcgan("wasserstein", "dcgan-plain", "lp"), WGAN_GP_ADAM),
    "r1gan": (("dcgan-plain", "non-saturating", "normal", 256, 64, "r1", "none", "ema"), R1_ADAM),
    "ragan": (dcgan("relativistic-average"), DCGAN_ADAM),
    "rpgan": (dcgan("relativistic-pairing"), DCGAN_ADAM),
}


def test_all_are_in_the_table() -> None:
    assert [variant.name for variant in CONVOLUTIONAL] == list(TABLE)


@pytest.mark.parametrize("variant", CONVOLUTIONAL, ids=list(TABLE))
def test_is_made_as_its_paper_says(variant: Variant) -> None:
    assert (parts(variant), settings(variant)) == TABLE[variant.name]
