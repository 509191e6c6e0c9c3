"""What commands print on: lines as they are, tables whole."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from benchmark.cli.console import JSON, QUIET, add_row, answer, print_document, print_table, say, use_its_letters


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", QUIET, JSON):
        monkeypatch.delenv(name, raising=False)
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


def test_a_table_in_a_log_is_as_wide_as_columns_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    table = Table("variant", "score", box=None, pad_edge=False)
    table.add_row("a name of forty characters, not cut off!", "12.5")
    print_table(table)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 30
    assert "12.5" in lines[1]


def test_narrow_tables_in_ascii_keep_their_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", "20")
    use_its_letters()
    table = Table("variant", "score", pad_edge=False)
    table.add_row("one-word-that-is-too-long-for-a-cell", "12.5")
    print_table(table)
    stream.seek(0)
    lines = stream.read().splitlines()
    assert len(set(map(len, lines))) == 1
    assert len(lines[0]) <= 20


def test_quiet_leaves_results(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(QUIET, "1")
    say("advice")
    answer("a result")
    assert capsys.readouterr().out == "a result\n"


def test_for_programs_there_is_a_document_and_people_read_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"rows": ({"fid": float("nan"), "name": "ü"}, {"fid": 1.5}), "page": Path("a/b"), "at": "http://u:p@h/x"}
    print_document(document)  # to a person it is not
    assert capsys.readouterr().out == ""
    monkeypatch.setenv(JSON, "1")
    say("advice")
    answer("a result")
    print_table(Table("variant"))
    print_document(document)
    out, err = capsys.readouterr()
    read = json.loads(out)
    assert out.isascii()
    assert read["rows"] == [{"fid": None, "name": "ü"}, {"fid": 1.5}]
    assert read["page"] == "a/b"
    assert ":p@" not in out
    assert err == "advice\na result\n"
    monkeypatch.setenv(QUIET, "1")
    answer("a result")
    assert capsys.readouterr() == ("", "")


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
