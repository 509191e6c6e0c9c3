import dataclasses
import math
import re
from collections.abc import Callable

from benchmark.records import TrialRecord
from reports.figures.small_multiples import budget_panels, curve_panels, search_panels, training_panels
from reports.records.load import StudyRecords

ORDER = ["wgan-gp", "dcgan", "hinge", "lsgan", "gan-mlp", "wgan"]


def test_panels_follow_the_order_and_skip_what_has_nothing_to_show(records: StudyRecords) -> None:
    assert [panel.variant for panel in training_panels(records, ORDER)] == ["wgan-gp", "dcgan", "hinge"]
    assert [panel.variant for panel in search_panels(records, ORDER)] == ORDER[:-1]
    curves = curve_panels(records, ORDER, "loss_discriminator", "loss_generator")
    assert [panel.variant for panel in curves] == ORDER[:-1]


def test_panels_stay_small(records: StudyRecords) -> None:
    panels = training_panels(records, ORDER) + curve_panels(records, ORDER, "output_real", "output_fake")
    assert max(len(panel.svg) for panel in panels) < 20_000


def test_a_variant_keeps_its_colour(records: StudyRecords) -> None:
    panels = [*training_panels(records, ORDER), *search_panels(records, ORDER)]
    colours = {
        (panel.variant, number) for panel in panels for number in range(6) if f"var(--series-{number})" in panel.svg
    }
    assert len(colours) == len({panel.variant for panel in panels})


def test_a_search_that_lost_every_trial_is_drawn(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", n, 900.0, "diverged") for n in range(2)])
    assert len(search_panels(records, ["dcgan"])) == 1
    assert training_panels(records, ["dcgan"]) == []


def test_losses_that_are_not_finite_are_left_out(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    record = make_record("dcgan", "trial", 0, 900.0, "diverged")
    curves = {"loss_discriminator": ((10, 1.0), (20, math.inf), (30, math.nan)), "loss_generator": ((10, math.nan),)}
    records = in_memory([dataclasses.replace(record, curves=curves)])
    (panel,) = curve_panels(records, ["dcgan"], "loss_discriminator", "loss_generator")
    assert not re.search(r"\b(inf|nan)\b", panel.svg)


def test_budget_panels_are_of_variants_with_a_complete_trial_and_three_of_any_kind(records: StudyRecords) -> None:
    trials = records.runs[records.runs["kind"] == "trial"]
    complete = set(trials.loc[trials["state"] == "complete", "variant"])
    counts = trials["variant"].value_counts()
    assert counts["lsgan"] == 1
    wanted = {name for name in complete & set(ORDER) if counts[name] >= 3}
    assert {panel.variant for panel in budget_panels(records, ORDER)} == wanted == {"dcgan", "hinge", "wgan-gp"}
