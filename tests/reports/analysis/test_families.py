"""Families of variants by their losses."""

from collections.abc import Callable
from dataclasses import replace

from benchmark.records import TrialRecord
from ganzoo.registry import VARIANTS
from reports.analysis.families import FAMILIES, OTHER, families
from reports.records.load import StudyRecords

IN_MEMORY = Callable[[list[TrialRecord]], StudyRecords]


def test_every_variant_of_the_zoo_has_a_family_and_every_family_a_variant(
    make_record: Callable[..., TrialRecord], in_memory: IN_MEMORY
) -> None:
    records = in_memory([make_record(name, "trial", 0, 40.0) for name in VARIANTS])
    losses = {name: {"loss": variant.loss.name} for name, variant in VARIANTS.items()}
    found = families(replace(records, variants=losses))
    assert set(found) == set(VARIANTS)
    assert set(found.values()) == set(FAMILIES)
    assert found["wgan"] == found["wgan-gp"] == "Wasserstein"
    assert found["dcgan"] == found["gan-minimax"] == found["gan-mlp-wide"] == "cross-entropy"
    assert found["sngan"] == found["hinge"] != found["lsgan"]


def test_a_paper_s_settings_are_of_the_same_family_and_somebody_s_own_loss_is_another(
    make_record: Callable[..., TrialRecord], in_memory: IN_MEMORY
) -> None:
    names = ("dcgan", "resnet+hinge+r1", "dcgan (paper)", "never-begun", "mine")
    records = in_memory([make_record(name, "final", 0, 40.0) for name in names])
    losses = {"dcgan": "non-saturating", "resnet+hinge+r1": "hinge", "mine": "boundary-seeking"}
    told = {name: {"loss": loss} for name, loss in losses.items()}
    found = families(replace(records, variants=told))
    assert [found[name] for name in names] == ["cross-entropy", "hinge", "cross-entropy", OTHER, OTHER]
