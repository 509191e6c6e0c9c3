import re
from dataclasses import replace

import pandas as pd

from reports.analysis.leaderboard import leaderboard
from reports.output.latex import render_latex
from reports.records.load import StudyRecords


def rows(text: str) -> list[list[str]]:
    """The cells of each line of the table, an escaped ampersand being no end of one."""
    lines = [line.strip().removesuffix(r"\\") for line in text.splitlines() if line.strip().endswith(r"\\")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)&", line)] for line in lines]


def test_every_line_has_as_many_cells_as_the_table_has_columns(records: StudyRecords, board: pd.DataFrame) -> None:
    text = render_latex(records, board)
    columns = re.search(r"\\begin\{tabular\}\{(\w+)\}", text)
    assert columns
    assert {len(row) for row in rows(text)} == {len(columns[1])}
    assert text.count(r"\begin{") == text.count(r"\end{") == 2
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")
    assert [text.count(rule) for rule in (r"\toprule", r"\bottomrule")] == [1, 1]


def test_numbers_are_those_of_the_board_and_contenders_are_bold(records: StudyRecords, board: pd.DataFrame) -> None:
    lines = {row[1]: row for row in rows(render_latex(records, board))}
    assert [lines[name][0] for name in ("dcgan", "hinge", "wgan-gp")] == ["contender", "contender", "out"]
    assert lines["dcgan"][2] == r"{\boldmath \textbf{42.0 $\pm$ 1.4}}"
    assert lines["hinge"][2] == r"{\boldmath \textbf{44.5 $\pm$ 1.0}}"
    assert lines["wgan-gp"][2] == r"124.0 $\pm$ 2.5"
    best = board.iloc[0]
    assert f"{best['centre']:.1f} [{best['centre_low']:.1f}, {best['centre_high']:.1f}]" in lines["dcgan"]


def test_real_images_and_noise_stand_below_a_rule_of_their_own(records: StudyRecords, board: pd.DataFrame) -> None:
    lines = render_latex(records, board).splitlines()
    first, second = (number for number, line in enumerate(lines) if line == r"\midrule")
    assert lines[first - 1].startswith(r"Verdict & Variant & FID $\downarrow$ & Times the best & Left after & ")
    assert lines[first + 1].startswith("contender & dcgan & ")
    assert lines[second - 1].startswith("untested & wgan & ")
    assert lines[second + 1].startswith(r" & \emph{floor} & 13.0 & ")


def test_a_study_without_final_runs_has_a_table_too(records: StudyRecords) -> None:
    begun = replace(records, runs=records.runs[records.runs["kind"] == "trial"], baseline={})
    text = render_latex(begun, leaderboard(begun))
    assert text.count(r"\midrule") == 1
    assert "boldmath" not in text
    assert {row[0] for row in rows(text)[1:]} == {"untested"}


def test_what_latex_reads_as_commands_is_escaped(records: StudyRecords) -> None:
    named = replace(records, runs=records.runs.assign(variant=records.runs["variant"].replace("dcgan", "a_b&c%#")))
    text = render_latex(named, leaderboard(named))
    assert r"a\_b\&c\%\#" in text


def test_the_caption_says_what_the_scores_mean(records: StudyRecords, board: pd.DataFrame) -> None:
    caption = next(line for line in render_latex(records, board).splitlines() if r"\caption" in line)
    for words in ("digits", "test split", "449 real against 449 generated", "digits-cnn", "Welch"):
        assert words in caption
    assert "The race is not over: of 3 variants raced dcgan and hinge are left so far" in caption
