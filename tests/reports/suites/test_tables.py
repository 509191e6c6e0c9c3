import math
from dataclasses import replace

import pytest

from reports.suites.standing import Standing, standing
from reports.suites.suite import Suite, gather
from reports.suites.tables import Heading, Row, Table, data_set_table, overall_table, protocol_table
from reports.text.formats import ABSENT


def texts(table: Table) -> dict[str, list[str]]:
    return {row.name: [cell.text for cell in row.cells] for row in table.rows}


def marks(table: Table) -> dict[str, list[str]]:
    return {row.name: [cell.mark for cell in row.cells] for row in table.rows}


def test_variants_by_data_sets_with_contenders_marked(suite: Suite, stands: Standing) -> None:
    table = data_set_table(suite, stands)
    assert [heading.label for heading in table.headings] == ["Contender on", "digits, FID ↓", "triangles, FID ↓"]
    assert texts(table) == {
        "hinge": ["2 of 2", "44.5", "62.0"],
        "dcgan": ["1 of 2", "42.0", "94.0"],
        "wgan-gp": ["0 of 2", "124.0", "151.7"],
        "lsgan": ["0 of 2", "80.8", ABSENT],
        "floor": ["", "10.0", "10.0"],
        "noise": ["", "1000.0", "1000.0"],
    }
    assert marks(table)["hinge"] == ["", "contender", "contender"]
    assert marks(table)["dcgan"] == ["", "contender", ""]
    assert [row.kind for row in table.rows] == ["everywhere", "variant", "variant", "variant", "floor", "noise"]
    assert table.rows[3].cells[0].small == "raced on 1"


def test_cells_have_intervals_and_what_they_are_sorted_by(suite: Suite, stands: Standing) -> None:
    board = suite.studies[0].board.set_index("variant")
    cell = data_set_table(suite, stands).rows[0].cells[1]
    assert cell.small == f"[{board.loc['hinge', 'centre_low']:.1f}, {board.loc['hinge', 'centre_high']:.1f}]"
    assert cell.value == board.loc["hinge", "centre"]


@pytest.mark.parametrize(("seeds", "is_told"), [(3, False), (4, True)])
def test_fewer_than_four_seeds_have_no_interval(make_suite_study, seeds: int, is_told: bool) -> None:
    suite = gather("x", [make_suite_study("digits", {"dcgan": [40.0, 42.0, 44.0, 41.0][:seeds]})])
    assert bool(data_set_table(suite, standing(suite)).rows[0].cells[1].small) == is_told


def test_who_diverged_in_every_run_says_so(make_suite_study) -> None:
    suite = gather("x", [make_suite_study("digits", {"dcgan": [40.0] * 6, "hinge": [math.inf] * 6})])
    assert texts(data_set_table(suite, standing(suite)))["hinge"] == ["0 of 1", "diverged"]


def test_columns_that_say_the_same_are_told_once(suite: Suite, stands: Standing) -> None:
    told = data_set_table(suite, stands).words
    assert list(told) == ["Contender on", "digits, FID ↓; triangles, FID ↓"]
    assert told["digits, FID ↓; triangles, FID ↓"].startswith("FID, geometric mean over seeds")


def test_what_is_over_all_with_intervals(stands: Standing) -> None:
    table = overall_table(stands)
    assert [row.name for row in table.rows] == ["hinge", "dcgan", "wgan-gp"]
    first = stands.variants.iloc[0]
    cells = table.rows[0].cells
    assert cells[0].text == f"{first['interquartile_mean']:.3f}"
    assert cells[0].small == f"[{first['interquartile_mean_low']:.3f}, {first['interquartile_mean_high']:.3f}]"
    assert [cells[place].value for place in (1, 2, 3)] == [first[name] for name in ("mean", "median", "optimality_gap")]
    assert [cell.text for cell in cells[4:]] == [f"{100 * first['highest']:.0f} %", "the best", "45 s", "1.5M"]
    assert table.rows[1].cells[5].value == stands.improvement.set_index("over").loc["dcgan", "probability"]
    # All cost the same, so only the best is on either front.
    assert [marks(table)[name][-2:] for name in ("hinge", "dcgan")] == [["front", "front"], ["", ""]]


def test_single_runs_have_no_interval(make_suite_study) -> None:
    suite = gather("x", [make_suite_study("digits", {"dcgan": [40.0], "hinge": [60.0]})])
    assert overall_table(standing(suite)).rows[0].cells[0].small == ""


def test_the_protocol_of_each_data_set(stands: Standing) -> None:
    assert texts(protocol_table(stands))["digits"] == [
        *("digits-0", "FID", "1000.0", "10.0", "test", "8", "449 / 449", "digits-cnn 01234567"),
        *("3 trials, 1\N{NARROW NO-BREAK SPACE}000 updates", "6", ABSENT),
    ]


def test_a_study_without_final_runs_has_no_protocol_yet(two_studies) -> None:
    none = replace(two_studies[0], runs=two_studies[0].runs.iloc[:0], protocols={})
    stands = standing(gather("x", [none]))
    assert texts(protocol_table(stands))["digits"][4:8] == [ABSENT] * 4
    assert overall_table(stands).rows == ()


def test_one_word_for_two_headings() -> None:
    table = Table((Heading("a", "same"), Heading("b", "other"), Heading("c", "same")), (Row("x", "variant", ()),))
    assert table.words == {"a; c": "same", "b": "other"}
