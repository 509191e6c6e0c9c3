"""What commands print on: lines as they are, tables whole."""

import pytest
from rich.console import Console
from rich.table import Table

from benchmark.cli.console import print_table, say


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmark.cli.console.console", Console(width=20))


def test_a_line_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    line = "a path longer than the console: /a/b/c [bold]not markup[/bold] 12.5"
    say(line)
    assert capsys.readouterr().out == line + "\n"


def test_a_table_in_a_log_keeps_its_columns_whole(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("variant", "score", box=None, pad_edge=False)
    table.add_row("a name of forty characters, not cut off!", "12.5")
    print_table(table)
    assert capsys.readouterr().out.splitlines()[1].split("  ") == ["a name of forty characters, not cut off!", "12.5 "]
