import pandas as pd

from reports.output.markdown import render_markdown
from reports.output.tables import leaderboard_table
from reports.records.load import StudyRecords


def test_it_has_the_answer_the_table_and_the_protocol(records: StudyRecords, board: pd.DataFrame) -> None:
    text = render_markdown(records, board)
    lines = text.replace("\\", "").splitlines()  # brackets are escaped
    assert lines[0] == (
        "# The race is not over: of 3 variants raced dcgan and hinge are left so far, after 6 seeds; "
        "lsgan and wgan are still to come"
    )
    for row in leaderboard_table(records, board).rows:
        assert f"| {' | '.join([row.verdict, row.name, *row.cells])} |" in lines
    assert "test split of digits" in text
    assert "41.0 (60.0)" in text


def test_every_line_of_a_table_has_as_many_cells(records: StudyRecords, board: pd.DataFrame) -> None:
    blocks = render_markdown(records, board).split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    assert len(tables) == 2
    assert all(len({line.count("|") for line in table}) == 1 for table in tables)
