from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.errors import UserError
from benchmark.records import Protocol, TrialRecord
from reports.analysis.compare import LOSSES, Side, compare_sides, read_side, side_of, summary
from reports.output.write import write_report
from reports.records.load import StudyRecords


def side(name: str, scores: dict[str, list[float]], ranked_by: str = "fid", images: int = 1000) -> Side:
    rows = [
        {"variant": variant, "kind": "final", "number": n, "state": "complete", ranked_by: score}
        for variant, own in scores.items()
        for n, score in enumerate(own)
    ]
    frame = pd.DataFrame(rows, columns=["variant", "kind", "number", "state", ranked_by])
    protocol = Protocol("digits", 8, "test", 449, images, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
    return Side(name, "s-1", name, ranked_by, protocol, frame)


def verdicts(before: Side, after: Side) -> dict[str, str]:
    compared = compare_sides(before, after)
    return dict(zip(compared["variant"], compared["verdict"], strict=True))


def test_each_verdict() -> None:
    before: dict[str, list[float]] = {"same": [1, 2, 3], "worse": [10, 11, 12], "better": [90, 91, 92]}
    before |= {"noise": [5, 6, 7], "one": [4], "gone": [8, 9]}
    after: dict[str, list[float]] = {"same": [1, 2, 3], "worse": [50, 51, 52], "better": [50, 51, 52]}
    after |= {"noise": [5.1, 6, 7], "one": [9], "gone": [np.nan, np.nan], "new": [1, 2]}
    assert verdicts(side("b", before), side("a", after)) == {
        "same": "unchanged", "worse": "worse", "better": "better", "noise": "no difference found",
        "one": "too few seeds to tell", "gone": "lost", "new": "not run",
    }  # fmt: skip


def test_numbers_are_scipys() -> None:
    one, other = [40.0, 43.0, 41.0], [44.0, 48.0, 45.5]
    row = compare_sides(side("b", {"v": one}), side("a", {"v": other})).iloc[0]
    test = stats.ttest_ind(np.log(other), np.log(one), equal_var=False)
    interval = test.confidence_interval(0.95)
    assert (row["before"], row["after"], row["seeds_before"]) == (np.mean(one), np.mean(other), 3)
    assert (row["difference"], row["p_value"]) == pytest.approx((np.mean(other) - np.mean(one), test.pvalue))
    assert row["effect"] == pytest.approx(stats.gmean(other) / stats.gmean(one))
    assert (row["low"], row["high"]) == pytest.approx((np.exp(interval.low), np.exp(interval.high)))


def test_several_tests_are_adjusted_for() -> None:
    before = side("b", {name: [10.0, 11.0, 12.0] for name in "abcd"})
    after = side("a", {"a": [13.2, 14.2, 15.2]} | {name: [10.1, 11.0, 12.1] for name in "bcd"})
    compared = compare_sides(before, after).set_index("variant")
    assert compared.loc["a", "p_value"] < 0.05
    assert compared.loc["a", "adjusted"] == pytest.approx(4 * compared.loc["a", "p_value"])
    assert compared.loc["a", "verdict"] == "no difference found"


def test_where_higher_is_better_a_fall_is_a_loss() -> None:
    before, after = ({"v": [0.9, 0.91, 0.92]}, {"v": [0.5, 0.51, 0.52]})
    assert verdicts(side("b", before, "precision"), side("a", after, "precision")) == {"v": "worse"}


@pytest.mark.long
def test_without_a_difference_few_comparisons_fail() -> None:
    rng = np.random.default_rng(0)
    failed = 0
    for _ in range(200):
        sides = [side(name, {v: rng.normal(50, 5, 3).tolist() for v in "abcde"}) for name in ("b", "a")]
        failed += bool(compare_sides(*sides)["verdict"].isin(LOSSES).any())
    # A fall either way would be 5 %, a loss half of that; more than this comes up once in a thousand times.
    assert failed <= stats.binom.ppf(0.999, 200, 0.025)


def test_other_protocols_are_refused_with_both_values() -> None:
    told = "b and a were scored under different protocols: generated_images = 1000 and 500"
    with pytest.raises(UserError, match=told):
        compare_sides(side("b", {"v": [1.0]}, images=1000), side("a", {"v": [1.0]}, images=500))
    with pytest.raises(UserError, match="b ranks by fid, a by kid"):
        compare_sides(side("b", {"v": [1.0]}), side("a", {"v": [1.0]}, "kid"))


@pytest.mark.long
def test_a_report_and_its_records_are_the_same_side(records: StudyRecords, tmp_path: Path) -> None:
    write_report(records, tmp_path)
    compared = compare_sides(read_side(tmp_path), side_of(records, "now"))
    assert set(compared["verdict"]) == {"unchanged"}
    assert compared["variant"].tolist() == ["dcgan", "hinge", "wgan-gp"]
    assert compared.set_index("variant").loc["wgan-gp", ["diverged_before", "diverged_after"]].tolist() == [1, 1]
    assert summary(compared) == "No variant lost by the change (3 unchanged)"


def test_a_folder_without_a_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{tmp_path}: no report with protocol.json and runs.csv"):
        read_side(tmp_path)


def test_losses_are_named(records: StudyRecords, make_record: Callable[..., TrialRecord]) -> None:
    worse = replace(records, runs=records.runs.assign(fid=records.runs["fid"] * 3))
    compared = compare_sides(side_of(records, "b"), side_of(worse, "a"))
    assert summary(compared).startswith("3 of 3 variants lost by the change: dcgan (worse), hinge (worse)")
