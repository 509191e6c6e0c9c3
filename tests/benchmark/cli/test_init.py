"""`ganbench init`."""

from collections.abc import Callable
from pathlib import Path

from benchmark.spec import load_spec

Command = Callable[..., tuple[int, str, str]]


def test_a_spec_is_written_where_the_root_is_and_the_next_command_is_said(ganbench: Command, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    code, out, _ = ganbench("--root", "project", "init", "small", "--from", "smoke")
    file = tmp_path / "project" / "studies" / "small.toml"
    assert code == 0
    assert out == f"{file}: edit it, then run it with: ganbench --root {tmp_path}/project run --study small\n"
    assert load_spec("small", file.parent).budget.trials == 2
    code, out, err = ganbench("--root", "project", "init", "small")
    assert (code, out) == (2, "")
    assert err == f"ganbench: {file}: is there already; give another name, or edit it\n"


def test_without_a_word_it_begins_as_the_default_study(ganbench: Command, tmp_path: Path) -> None:
    assert ganbench("init")[0] == 0
    spec = load_spec("my-study", tmp_path / "studies")
    assert spec == load_spec("digits", tmp_path / "studies").model_copy(update={"name": "my-study"})
