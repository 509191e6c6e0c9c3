"""What the zoo holds, as rows of words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from benchmark.commands import inventory
from benchmark.commands.inventory import part_names, part_rows, sets_in_words, variant_rows
from benchmark.errors import UserError
from ganzoo.entry_points import PluginError
from ganzoo.registry import VARIANTS, find_variant, known_parts, known_variants
from ganzoo.schedules import COSINE


def test_a_row_for_every_variant() -> None:
    rows = {name: others for name, *others in variant_rows()}
    assert list(rows) == list(known_variants())
    assert rows["wgan"] == [
        "dcgan+wasserstein+weight-clipping",
        "rmsprop: lr_generator 5e-05, lr_discriminator 5e-05, beta2 0.99, n_critic 5, clip 0.01",
        "Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1",
    ]
    assert rows["began"][:2] == [
        "infogan-autoencoder+began",
        "adam: lr_generator 0.0001, lr_discriminator 0.0001, beta1 0.5, beta2 0.999, n_critic 1, "
        "balance_gain 0.001, diversity_ratio 0.5",
    ]


@pytest.mark.parametrize(
    ("variant", "parts"),
    [
        ("gan-mlp", ("mlp", "non-saturating")),
        ("wgan-gp", ("dcgan-plain", "wasserstein", "gp")),
        ("sngan", ("sndcgan", "hinge", "spectral-norm")),
        ("r3gan", ("r3gan", "relativistic-pairing", "r1", "r2", "ema")),
    ],
)
def test_parts_that_a_variant_lacks_are_left_out(variant: str, parts: tuple[str, ...]) -> None:
    assert part_names(VARIANTS[variant]) == parts


def test_a_schedule_is_a_part() -> None:
    assert part_names(replace(VARIANTS["dcgan"], schedule=COSINE)) == ("dcgan", "non-saturating", "cosine")


def test_a_composition_is_made_of_the_parts_in_its_name() -> None:
    name = "mlp+hinge+consistency+r1+orthogonal+diffaugment+cosine+ema"
    assert set(part_names(find_variant(name))) == set(name.split("+"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_composed_again_from_its_parts(variant: str) -> None:
    """So that what is listed can be typed."""
    variant = VARIANTS[variant]
    composed = find_variant("+".join(part_names(variant)))
    for kind in ("architecture", "loss", "penalties", "constraint", "augmentations", "schedule", "averaging"):
        assert getattr(composed, kind) == getattr(variant, kind)


def test_sets_are_counted() -> None:
    assert sets_in_words() == f"Sets: core (19), lucic2018 (7), all ({len(known_variants())})"


def test_a_row_for_every_part() -> None:
    rows = list(part_rows())
    assert [(kind, name) for kind, name, *_ in rows] == [
        (kind, name) for kind, catalog in known_parts().kinds().items() for name in catalog
    ]
    loss = known_parts().loss["hinge"]
    assert ("loss", "hinge", loss.citation, loss.limits) in rows
    assert all(reference and limits for _, _, reference, limits in rows)


@pytest.mark.parametrize(("source", "rows"), [("known_variants", variant_rows), ("known_parts", part_rows)])
def test_a_broken_package_of_somebody_s_is_one_line(
    source: str, rows: Callable[[], Iterator[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise PluginError("plugin broken, entry point 'entry' of ganzoo.losses: cannot be imported")

    monkeypatch.setattr(inventory, source, broken)
    with pytest.raises(UserError, match=r"^plugin broken, entry point 'entry' of ganzoo.losses: cannot be imported$"):
        list(rows())
