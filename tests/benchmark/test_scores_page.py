"""docs/scores.md names every field of the protocol, and says what happens when two records differ in it."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from benchmark.records import Protocol

PAGE = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\|[^|]+\| `(\w+)` \|[^|]+\| (\w+) \|$", PAGE, re.MULTILINE))
FIRST = Protocol("digits", 8, "test", 450, 300, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
FULL = replace(FIRST, **{each.name: "this" for each in fields(Protocol) if getattr(FIRST, each.name) is None})


def test_every_field_has_a_row_and_every_row_a_field() -> None:
    assert list(ROWS) == [each.name for each in fields(Protocol)]


@pytest.mark.parametrize("name", [each.name for each in fields(Protocol)])
def test_records_that_differ_in_it_are_refused_and_silence_contradicts_nothing(name: str) -> None:
    assert ROWS[name] == "refused"
    other = replace(FULL, **{name: "that"})
    assert FULL.differing(other) == {name: (getattr(FULL, name), "that")}
    silent = replace(FULL, **{name: None})
    assert silent.differing(other) == {}
    assert silent.completed(other) == other
    assert other.completed(FULL) == other


def test_the_first_twelve_always_say() -> None:
    assert [each.name for each in fields(Protocol) if getattr(FIRST, each.name) is None] == list(ROWS)[12:]
