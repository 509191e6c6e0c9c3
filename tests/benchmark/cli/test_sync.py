"""`ganbench sync`, and what its hint says."""

from collections.abc import Callable
from pathlib import Path

from benchmark.cli.sync import sync_command

Command = Callable[..., tuple[int, str, str]]


def test_a_study_that_never_ran_is_one_line(ganbench: Command, studies: Path) -> None:
    code, out, err = ganbench("sync", "--study", "tiny")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "no records of study tiny-" in err


def test_the_hint_is_the_command() -> None:
    assert sync_command("my spec.toml", ["budget.trials=3", "search.x='a b'"]) == (
        "ganbench sync --study 'my spec.toml' --set budget.trials=3 --set 'search.x='\"'\"'a b'\"'\"''"
    )
