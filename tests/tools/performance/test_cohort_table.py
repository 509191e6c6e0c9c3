"""The table of cohorts, over a moment."""

from pathlib import Path

import pytest
import torch

from benchmark.datasets.catalog import load_split
from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.training.setup import TrainingSetup
from benchmark.training.trainers import UPDATES
from ganzoo.registry import find_variant
from tools.performance import cohort_table
from tools.performance.cohort_table import table
from tools.performance.limits import Work

SPEC = Spec.model_validate({"name": "s", "dataset": "digits", "budget": {"batch_size": 8}})


@pytest.fixture(autouse=True)
def a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_table, "WARM_UP_STEPS", 1)
    monkeypatch.setattr(cohort_table, "WINDOW_SECONDS", 0.01)
    monkeypatch.setattr(cohort_table, "BURST", 1)
    monkeypatch.setattr(cohort_table, "limits", lambda device: Work(1e9, 1e8))


def test_every_method_and_size_is_measured_and_held_against_the_limit(tmp_path: Path) -> None:
    rows = list(table(SPEC, ["gan-mlp"], [1, 2], tmp_path, torch.device("cpu")))
    assert [(row.method, row.members) for row in rows] == [(method, size) for method in UPDATES for size in (1, 2)]
    assert all(row.member_steps_per_second > 0 for row in rows)
    # A member's step is the same work in every row.
    operations = {row.operations_share * 1e9 / row.member_steps_per_second for row in rows}
    moved = {row.bytes_share * 1e8 / row.member_steps_per_second for row in rows}
    assert max(operations) == pytest.approx(min(operations))
    assert max(moved) == pytest.approx(min(moved))


def test_recording_is_no_step_and_the_zeros_of_matrices_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cohort_table, "WARM_UP_STEPS", 8)
    images = load_split("digits", "train", tmp_path, 8)
    works = {}
    for name in ("gan-mlp", "dcgan"):
        variant = find_variant(name)
        setup = TrainingSetup.of(variant, images, 8, steps=10**9)
        config = TrialConfig(name, "trial", 0, 0, variant.defaults.present() | {"n_critic": 1.0})
        works[name] = cohort_table.work_of_one(setup, config)
        assert setup.recorded  # its gradients were recorded before the step that is counted
    done, needed = works["gan-mlp"]
    assert done.operations == needed.operations  # dense layers are what they are
    done, needed = works["dcgan"]
    assert 1 < done.operations / needed.operations < 4  # of convolutions that are written as larger matrices


def test_what_does_not_fit_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(cohort: cohort_table.Cohort) -> float:
        if len(cohort.members) > 1:
            raise torch.OutOfMemoryError
        return 2.0

    monkeypatch.setattr(cohort_table, "_steps_per_second", full)
    rows = list(table(SPEC, ["gan-mlp"], [1, 2, 4], tmp_path, torch.device("cpu")))
    assert [(row.method, row.members) for row in rows] == [(method, 1) for method in UPDATES]
