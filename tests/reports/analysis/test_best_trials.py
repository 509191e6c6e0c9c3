import math

import pytest

from reports.analysis.best_trials import best_so_far, found_hyperparameters
from reports.records.load import StudyRecords


def test_best_so_far_never_rises_and_skips_what_did_not_complete(records: StudyRecords) -> None:
    found = best_so_far(records)
    by_variant = {name: frame for name, frame in found.groupby("variant")}  # noqa: C416
    assert by_variant["dcgan"]["value"].tolist() == pytest.approx([60.0, 41.0, 52.0])
    assert by_variant["dcgan"]["best"].tolist() == pytest.approx([60.0, 41.0, 41.0])
    assert by_variant["hinge"]["best"].tolist() == pytest.approx([45.0, 45.0, 45.0])
    assert math.isnan(by_variant["hinge"]["value"].iloc[2])
    assert by_variant["gan-mlp"]["best"].isna().all()


def test_found_stands_beside_the_papers(study, records: StudyRecords) -> None:
    found = found_hyperparameters(records).set_index("variant")
    best = next(r for r in study.records if r.config.label == "dcgan-trial-0001")
    assert found.index.tolist() == ["dcgan", "hinge", "wgan-gp", "lsgan"]
    assert found.loc["dcgan", ["trial", "value", "default_value"]].tolist() == pytest.approx([1, 41.0, 60.0])
    assert found.loc["dcgan", "lr_generator"] == best.config.hyperparameters["lr_generator"]
    assert found.loc["dcgan", "default_lr_generator"] == 2e-4
    assert math.isnan(found.loc["dcgan", "penalty_weight"])
    assert found.loc["wgan-gp", "penalty_weight"] == 10.0
    assert found.loc["hinge", "trial"] == 0
