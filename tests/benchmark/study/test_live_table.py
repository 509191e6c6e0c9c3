"""The table of a running study: what it has room for."""

import io

import pytest
from counted import Clock, at, record, run, small_spec
from rich.console import Console

from benchmark.study.live_table import live_table, outputs_in_words
from benchmark.study.tally import Tally


@pytest.fixture
def tally(clock: Clock) -> Tally:
    counted = Tally()
    counted.plan(small_spec(), ["dcgan", "wgan", "a-name-of-middling-length"])
    counted.end(record(run(), 31.25))
    counted.end(record(run(number=1), state="pruned"))
    counted.end(record(run(number=2), state="diverged"))
    counted.end(record(run(kind="final"), 35.0))
    for number in (1, 2):
        counted.start(run("wgan", number=number))
    counted.step([at(run("wgan", number=number), 50 + number, (0.125, -1.5)) for number in (1, 2)])
    return counted


def drawn(tally: Tally, width: int, height: int = 30, encoding: str = "utf-8") -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=stream, width=width, height=height).print(live_table(tally, width, height))
    stream.seek(0)
    return [line.rstrip() for line in stream.read().splitlines()]


def test_a_wide_terminal_has_all_of_it(tally: Tally) -> None:
    study, _, summary, headings, *rows = drawn(tally, 120)
    assert study == tally.spec.study_id
    assert summary == "4 of 15 runs, 0 s gone, best FID 31.25 (dcgan)"
    names = "variant trials pruned diverged best FID finals running step D(x) D(G(z))"
    assert headings.split() == names.split()
    assert rows[0].split() == ["dcgan", "3/3", "1", "1", "31.25", "1/2"]
    # The first of its runs, and how many there are besides.
    assert rows[1].split() == ["wgan", "0/3", "0", "0", "0/2", "trial-0001", "+1", "51/100", "0.125", "-1.5"]


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_longer_than_a_narrow_terminal_nor_broken(tally: Tally, width: int) -> None:
    lines = drawn(tally, width)
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if line.startswith("wgan"))
    assert "0/3" in row
    assert ("51/100" in row) == ("-1.5" in row) == (width >= 80)
    assert " 51" in row


def test_what_runs_is_shown_where_not_all_has_room(tally: Tally) -> None:
    lines = drawn(tally, 120, height=8)
    assert len(lines) < 8
    assert [line.split()[0] for line in lines[4:]] == ["wgan", "and"]
    assert lines[-1] == "and 2 variants of which nothing runs now"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_it_has_the_letters_of_its_terminal(tally: Tally, encoding: str) -> None:
    assert drawn(tally, 120, encoding=encoding)[1].startswith("----")


def test_outputs_follow_a_step_once_they_are_known() -> None:
    assert outputs_in_words(None) == ""
    assert outputs_in_words((1.23456, -0.5)) == " D(x) 1.23 D(G(z)) -0.5"
