"""GANs of residual networks against the table of their papers."""

import pytest
from variant_rows import Parts, Settings, adam, parts, settings

from ganzoo.variant import Variant
from ganzoo.variants.residual import RESIDUAL

SNGAN_ADAM = adam(2e-4, 0.0, 0.9, n_critic=5)
TABLE: dict[str, tuple[Parts, Settings]] = {
    "sngan-resnet": (("resnet", "hinge", "normal", 128, 64, "none", "spectral-norm", "none"), SNGAN_ADAM),
    "cgan-pd": (("resnet-conditional", "hinge", "normal", 128, 64, "none", "spectral-norm", "none"), SNGAN_ADAM),
    "r3gan": (
        ("r3gan", "relativistic-pairing", "normal", 64, 64, "r1+r2", "none", "ema"),
        adam(2e-4, 0.0, 0.99, penalty_weight=1.0),
    ),
}


def test_all_are_in_the_table() -> None:
    assert [variant.name for variant in RESIDUAL] == list(TABLE)


@pytest.mark.parametrize("variant", RESIDUAL, ids=list(TABLE))
def test_is_made_as_its_paper_says(variant: Variant) -> None:
    assert (parts(variant), settings(variant)) == TABLE[variant.name]


def test_only_one_pair_reads_labels() -> None:
    assert [variant.name for variant in RESIDUAL if variant.architecture.conditional] == ["cgan-pd"]
