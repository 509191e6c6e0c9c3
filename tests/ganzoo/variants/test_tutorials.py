"""Fully connected GANs against the table of their sources."""

import pytest
from variant_rows import Parts, Settings, adam, parts, settings

from ganzoo.losses import NON_SATURATING_SMOOTH
from ganzoo.variant import Variant
from ganzoo.variants.tutorials import TUTORIALS

TABLE: dict[str, tuple[Parts, Settings]] = {
    "gan-mlp": (("mlp", "non-saturating", "normal", 64, 100, "none", "none", "none"), adam(3e-4, 0.9, 0.999)),
    "gan-mlp-wide": (
        ("mlp-wide", "non-saturating-smooth", "normal", 100, 64, "none", "none", "none"),
        adam(2e-4, 0.5, 0.999),
    ),
    "gan-mlp-dropout": (
        ("mlp-dropout", "non-saturating-smooth", "uniform", 100, 64, "none", "none", "none"),
        adam(1e-3, 0.9, 0.999),
    ),
    "gan-shallow": (("shallow", "non-saturating", "uniform", 100, 64, "none", "none", "none"), adam(1e-3, 0.9, 0.999)),
    "gan-minimax": (("mlp", "minimax", "normal", 64, 100, "none", "none", "none"), adam(3e-4, 0.9, 0.999)),
}


def test_all_are_in_the_table() -> None:
    assert [variant.name for variant in TUTORIALS] == list(TABLE)


@pytest.mark.parametrize("variant", TUTORIALS, ids=list(TABLE))
def test_is_made_as_its_source_says(variant: Variant) -> None:
    assert (parts(variant), settings(variant)) == TABLE[variant.name]


def test_smoothed_ones_use_the_label_of_a_nine_tenths() -> None:
    discriminator = NON_SATURATING_SMOOTH.discriminator
    assert discriminator.keywords == {"real_label": 0.9}  # type: ignore[attr-defined]
