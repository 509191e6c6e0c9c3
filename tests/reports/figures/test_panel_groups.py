from collections.abc import Callable

from benchmark.records import TrialRecord
from reports.figures.panel_groups import BUDGET, LOSSES, OUTPUTS, SEARCH, TRAINING, panel_groups
from reports.records.load import StudyRecords

ORDER = ["dcgan", "hinge", "wgan-gp", "lsgan", "gan-mlp", "wgan"]


def test_each_group_has_a_panel_of_every_variant_with_something_to_show(records: StudyRecords) -> None:
    groups = {group.title: [panel.variant for panel in group.panels] for group in panel_groups(records, ORDER)}
    assert (
        groups
        == {
            TRAINING: ORDER[:3],
            SEARCH: ORDER[:5],
            BUDGET: ORDER[:3],  # gan-mlp has no complete trial, and lsgan one alone
            LOSSES: ORDER[:5],
            OUTPUTS: ORDER[:5],
        }
    )


def test_keys_say_which_split_is_meant(records: StudyRecords) -> None:
    keys = {group.title: group.key for group in panel_groups(records, ORDER)}
    assert "FID on the validation split" in keys[SEARCH]
    assert "FID on the validation split" in keys[BUDGET]


def test_without_runs_no_group_has_panels(in_memory: Callable[[list[TrialRecord]], StudyRecords]) -> None:
    assert all(group.panels == [] for group in panel_groups(in_memory([]), []))
