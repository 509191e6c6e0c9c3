"""What a preset fills in: what each tutorial says of itself, and nothing that nobody knows."""

import re
from dataclasses import replace

import pytest

from benchmark.commands.single_run import TrainSettings
from benchmark.commands.train_presets import Plan, completed
from benchmark.datasets.catalog import DATASETS
from benchmark.errors import UserError
from ganzoo.registry import VARIANTS, known_variants
from ganzoo.variant import SourceRun

NOTHING = TrainSettings()


@pytest.mark.parametrize(("variant", "epochs"), [("gan-mlp", 200), ("gan-mlp-dropout", 100)])
def test_paper_is_what_the_source_trains_on_and_for_how_long(variant: str, epochs: int) -> None:
    plan = completed(Plan(variant, "", None, NOTHING), "paper")
    assert (plan.dataset, plan.steps, plan.settings.epochs) == ("mnist", None, epochs)
    assert plan.settings.split == "train+validation"
    assert plan.settings.batch_size is None
    assert not plan.settings.hyperparameters


def test_what_is_asked_for_stays() -> None:
    plan = completed(Plan("gan-mlp", "digits", 7, TrainSettings(batch_size=5)), "paper")
    assert (plan.dataset, plan.steps, plan.settings.epochs, plan.settings.batch_size) == ("digits", 7, None, 5)
    assert completed(Plan("gan-mlp", "", None, TrainSettings(epochs=3)), "paper").settings.epochs == 3
    assert completed(Plan("gan-mlp", "mnist", None, TrainSettings(epochs=3)), "quick").steps is None


def test_quick_is_a_thousand_updates_on_the_digits() -> None:
    plan = completed(Plan("dcgan", "", None, NOTHING), "quick")
    assert (plan.dataset, plan.steps, plan.settings) == ("digits", 1000, NOTHING)


@pytest.mark.parametrize(
    ("plan", "preset", "line"),
    [
        (Plan("gan-mlp-wide", "", None, NOTHING), "paper", "for how many epochs its source trains is not known"),
        (Plan("dcgan", "", 5, NOTHING), "paper", "--dataset names one"),
        (Plan("dcgan", "digits", None, NOTHING), "paper", "give --epochs or --steps"),
        (Plan("gan-mlp", "", 5, NOTHING), "papper", "paper"),
        (Plan("gan-mpl", "", 5, NOTHING), "paper", "gan-mlp"),
    ],
)
def test_what_is_not_known_is_asked_for(plan: Plan, preset: str, line: str) -> None:
    with pytest.raises(UserError, match=line):
        completed(plan, preset)


def test_an_unknown_data_set_of_a_source_is_told_with_the_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(VARIANTS["gan-mlp"], source_run=SourceRun(dataset="cifar-10", epochs=2))
    monkeypatch.setitem(known_variants(), "gan-mlp", own)
    line = "variant 'gan-mlp': its source_run: unknown dataset 'cifar-10': did you mean 'cifar10'"
    with pytest.raises(UserError, match=re.escape(line)):
        completed(Plan("gan-mlp", "", None, NOTHING), "paper")
    assert completed(Plan("gan-mlp", "digits", None, NOTHING), "paper").dataset == "digits"


def test_data_sets_of_sources_are_in_the_catalog() -> None:
    named = {variant.source_run.dataset for variant in VARIANTS.values()}
    assert named - {None} <= DATASETS.keys()
    assert "mnist" in named
