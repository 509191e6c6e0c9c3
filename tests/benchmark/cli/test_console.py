"""What commands print on: lines as they are, tables whole."""

import io
import sys

import pytest
from rich.console import Console
from rich.table import Table

from benchmark.cli.console import add_row, print_table, say, use_its_letters


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


def test_what_others_wrote_is_neither_markup_nor_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("variant", box=None, pad_edge=False)
    add_row(table, "[bold]a[/nonsense]\x1b[2J\nb :smile:")
    print_table(table)
    say("[/nonsense]\x1b[2J :smile:")
    printed = capsys.readouterr().out.splitlines()
    assert [line.rstrip() for line in printed[1:]] == [
        r"[bold]a[/nonsense]\x1b[2J\nb :smile:",
        r"[/nonsense]\x1b[2J :smile:",
    ]


@pytest.mark.parametrize(
    ("encoding", "line"), [("ascii", "FID v 12.3 +- 0.4 \\xfc"), ("latin-1", "FID v 12.3 ± 0.4 ü")]
)
def test_terminals_without_a_letter_get_another(encoding: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    use_its_letters()
    monkeypatch.setattr("benchmark.cli.console.console", Console(width=250))
    letters = "FID \N{DOWNWARDS ARROW} 12.3 ± 0.4 ü"
    table = Table(box=None, pad_edge=False)
    add_row(table, letters, "next")
    print_table(table)
    say(letters)
    stream.seek(0)
    *_, first, second = stream.read().splitlines()
    assert first.startswith(f"{line}  next")  # as wide as what is printed
    assert second == line
