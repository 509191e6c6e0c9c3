"""The seven GANs of "Are GANs Created Equal?" against the defaults of its code, compare_gan v1."""

import pytest
from variant_rows import Parts, Settings, adam, parts, settings

from ganzoo.variant import Variant
from ganzoo.variants.lucic2018 import LUCIC2018


def infogan(loss: str, architecture: str = "infogan", penalties: str = "none", constraint: str = "none") -> Parts:
    """Batches of 64 and 64 latents, uniform over [-1, 1]."""
    return architecture, loss, "uniform", 64, 64, penalties, constraint, "none"


TABLE: dict[str, tuple[Parts, Settings]] = {
    "mm-gan": (infogan("minimax"), adam(5e-5, 0.0, 0.999)),
    "ns-gan": (infogan("non-saturating"), adam(5e-5, 0.0, 0.999)),
    "lsgan-lucic": (infogan("least-squares"), adam(2e-4, 0.5, 0.999)),
    "wgan-lucic": (
        infogan("wasserstein", constraint="weight-clipping"),
        adam(5e-5, 0.5, 0.999, n_critic=5, clip=0.01),
    ),
    "wgan-gp-lucic": (
        infogan("wasserstein", "infogan-plain", "gp"),
        adam(1e-4, 0.5, 0.999, n_critic=5, penalty_weight=10.0),
    ),
    "dragan": (infogan("non-saturating", "infogan-plain", "dragan"), adam(1e-4, 0.5, 0.999, penalty_weight=10.0)),
    "began": (infogan("began", "infogan-autoencoder"), adam(1e-4, 0.5, 0.999, balance_gain=0.001, diversity_ratio=0.5)),
}


def test_all_seven_are_in_the_table() -> None:
    assert [variant.name for variant in LUCIC2018] == list(TABLE)


@pytest.mark.parametrize("variant", LUCIC2018, ids=list(TABLE))
def test_is_made_as_their_code_says(variant: Variant) -> None:
    assert (parts(variant), settings(variant)) == TABLE[variant.name]


@pytest.mark.parametrize("variant", LUCIC2018, ids=list(TABLE))
def test_cites_the_comparison(variant: Variant) -> None:
    assert variant.citation.startswith("Lucic et al. 2018, arXiv:1711.10337")
