import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reports.statistics.average_improvement import average_improvement
from reports.statistics.performance_profile import performance_profile
from reports.statistics.stratified_bootstrap import estimate
from reports.suites.standing import Standing, standing
from reports.suites.suite import Suite, gather


def shares(suite: Suite, variant: str) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Data sets by runs, from the records alone: decades below 1000, of two; a run that diverged at 0."""
    rows = []
    for study in suite.studies:
        runs = study.records.runs
        own = runs[(runs["variant"] == variant) & (runs["kind"] == "final")].sort_values("number")
        rows.append([0.0 if math.isnan(fid) else (3 - math.log10(fid)) / 2 for fid in own["fid"]])
    return np.array(rows)


def row(frame: pd.DataFrame, variant: str) -> "pd.Series[float]":
    return frame.set_index("variant").loc[variant]


@pytest.mark.parametrize("variant", ["dcgan", "hinge", "wgan-gp"])
def test_aggregates_are_those_of_an_independent_computation(suite: Suite, stands: Standing, variant: str) -> None:
    found, matrix = row(stands.variants, variant), shares(suite, variant)
    assert found["interquartile_mean"] == pytest.approx(stats.trim_mean(matrix, 0.25, axis=None))
    assert found["mean"] == pytest.approx(matrix.mean())
    assert found["median"] == pytest.approx(np.median(matrix.mean(axis=1)))
    assert found["optimality_gap"] == pytest.approx(1 - matrix.mean())
    assert found["runs"] == 12
    assert found["interquartile_mean_low"] < found["interquartile_mean"] < found["interquartile_mean_high"]


def test_a_row_a_variant_contenders_everywhere_first(stands: Standing) -> None:
    found = stands.variants
    assert found["variant"].tolist() == ["hinge", "dcgan", "wgan-gp", "lsgan"]
    assert found["everywhere"].tolist() == [True, False, False, False]
    assert found["contender_on"].tolist() == [2, 1, 0, 0]
    assert found["raced_on"].tolist() == [2, 2, 2, 1]
    assert stands.best == "hinge"
    assert stands.ranked["variant"].tolist() == ["hinge", "dcgan", "wgan-gp"]


def test_who_did_not_race_on_every_data_set_has_no_aggregate(stands: Standing) -> None:
    found = row(stands.variants, "lsgan")
    assert found[["interquartile_mean", "mean", "highest", "seconds", "parameters"]].isna().all()
    assert not found["front_seconds"]


def test_costs_are_of_all_data_sets_together(suite: Suite, stands: Standing) -> None:
    # A final run takes 20 s and its number: 22.5 s on the mean of six, on both data sets.
    assert row(stands.variants, "hinge")["seconds"] == pytest.approx(45.0)
    assert row(stands.variants, "hinge")["parameters"] == 812_000 + 664_000


def test_the_front_is_of_those_whom_nobody_dominates(make_suite_study) -> None:
    study = make_suite_study("digits", {"dcgan": [40.0] * 6, "hinge": [60.0] * 6, "lsgan": [80.0] * 6})
    seconds = {"dcgan": 30.0, "hinge": 10.0, "lsgan": 20.0}
    runs = study.runs.assign(train_seconds=study.runs["variant"].map(seconds))
    found = standing(gather("x", [replace(study, runs=runs)])).variants
    assert found["front_seconds"].tolist() == [True, True, False]
    # All have as many parameters, so only the best is on that front.
    assert found["front_parameters"].tolist() == [True, False, False]


def test_a_row_a_variant_and_data_set(suite: Suite, stands: Standing) -> None:
    found = stands.data_sets
    assert len(found) == 4 + 3
    cell = found[(found["variant"] == "wgan-gp") & (found["data_set"] == "digits")].iloc[0]
    assert cell[["study", "score", "verdict"]].tolist() == ["digits-0", "fid", "out"]
    assert cell["comparable"] == pytest.approx(shares(suite, "wgan-gp")[0].mean())
    scores = [121.0, 127.0, 122.0, 126.0, 124.0]
    assert cell["centre"] == pytest.approx(stats.gmean(scores))


def test_every_run_that_raced_is_there(suite: Suite, stands: Standing) -> None:
    found = stands.runs
    assert len(found) == 6 * 7
    own = found[(found["variant"] == "wgan-gp") & (found["data_set"] == "digits")]
    assert own["number"].tolist() == list(range(6))
    assert own["score"].tolist() == [121.0, 127.0, 122.0, 126.0, 124.0, math.inf]
    assert own["comparable"].tolist() == pytest.approx(shares(suite, "wgan-gp")[0].tolist())


def test_profiles_and_improvement_are_of_the_same_runs(suite: Suite, stands: Standing) -> None:
    matrix = {name: list(shares(suite, name)) for name in suite.complete}
    own = stands.profiles[stands.profiles["variant"] == "dcgan"]
    assert own["share"].tolist() == pytest.approx(performance_profile(matrix["dcgan"]).tolist())
    found = stands.improvement.set_index("over")
    assert list(found.index) == ["dcgan", "wgan-gp"]
    assert set(found["variant"]) == {"hinge"}
    for rival in found.index:
        u = [stats.mannwhitneyu(x, y).statistic / 36 for x, y in zip(matrix["hinge"], matrix[rival], strict=True)]
        assert found.loc[rival, "probability"] == pytest.approx(np.mean(u))
        ends = estimate(average_improvement, ("hinge", suite.scores["hinge"]), (rival, suite.scores[rival]))
        assert found.loc[rival, ["low", "high"]].tolist() == [float(ends.low), float(ends.high)]


def test_each_data_set_says_its_protocol(stands: Standing) -> None:
    found = stands.protocols.set_index("data_set")
    assert list(found.index) == ["digits", "triangles"]
    wanted = ["study", "label", "noise", "floor", "split", "resolution", "extractor", "trials", "seeds", "error"]
    told = ["triangles-0", "FID", 1000.0, 10.0, "test", 8, "digits-cnn", 3, 6, 0.05]
    assert found.loc["triangles", wanted].tolist() == told
    assert found["finished"].tolist() == [True, True]


def test_a_study_without_final_runs_leaves_nothing_over_all(make_suite_study, two_studies) -> None:
    study = two_studies[1]
    none = replace(study, runs=study.runs.iloc[:0], protocols={})
    found = standing(gather("x", [two_studies[0], none]))
    assert found.best == ""
    assert found.ranked.empty
    assert found.improvement.empty
    assert found.variants["raced_on"].tolist() == [1, 1, 1, 1]
    assert not found.protocols["finished"].iloc[1]
