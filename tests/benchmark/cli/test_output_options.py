"""`--json` and `--quiet`, the same for every command that has a result."""

import inspect
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.main import get_command

from benchmark.cli.app import PRINT_NO_TABLE, app
from benchmark.cli.console import JSON, QUIET, for_programs, is_quiet
from benchmark.cli.output_options import printing, with_output_options
from ganzoo.registry import CORE, VARIANTS

Command = Callable[..., tuple[int, str, str]]


def every_command(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """By what is typed, those of a group after its name."""
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        yield from every_command(command, f"{before}{name} ") if inner else [(f"{before}{name}", command)]


def test_every_command_that_has_a_result_takes_both() -> None:
    commands = dict(every_command(get_command(app)))
    assert "extractor train" in commands
    names = {name: {option for each in command.params for option in each.opts} for name, command in commands.items()}
    without = {command.__name__ for command in PRINT_NO_TABLE}
    assert {name for name, options in names.items() if not {"--json", "--quiet"} <= options} == without


def test_a_command_keeps_its_own_options_and_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(JSON, "")
    monkeypatch.setenv(QUIET, "")
    seen: list[tuple[str, int, bool, bool]] = []

    def command(study: str, seed: int = 0) -> None:
        """Do it."""
        seen.append((study, seed, for_programs(), is_quiet()))

    wrapped = with_output_options(command)
    assert list(inspect.signature(wrapped).parameters) == ["study", "seed", "json", "quiet"]
    assert wrapped.__doc__ == "Do it."
    wrapped("digits", seed=3, json=True, quiet=False)
    wrapped("digits")
    assert seen == [("digits", 3, True, False), ("digits", 0, False, False)]


def test_what_was_on_before_stays_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(QUIET, "1")
    monkeypatch.delenv(JSON, raising=False)
    with printing([JSON, QUIET]):
        assert (os.environ[JSON], os.environ[QUIET]) == ("1", "1")
    assert is_quiet()
    assert not for_programs()


def test_the_zoo_as_documents(ganbench: Command) -> None:
    code, out, err = ganbench("variants", "--json")
    told = json.loads(out)
    assert (code, [each["name"] for each in told["variants"]]) == (0, list(VARIANTS))
    assert told["sets"]["core"] == list(CORE)
    wgan = next(each for each in told["variants"] if each["name"] == "wgan")
    assert wgan["parts"] == ["dcgan", "wasserstein", "weight-clipping"]
    assert wgan["defaults"]["clip"] == 0.01  # Arjovsky et al. 2017, algorithm 1
    assert "Sets: " in err
    code, out, err = ganbench("parts", "--json", "--quiet")
    assert (code, err) == (0, "")
    assert {"kind", "name", "reference", "limits"} == set(json.loads(out)["parts"][0])


def test_an_error_leaves_standard_output_empty(ganbench: Command) -> None:
    code, out, err = ganbench("sync", "--study", "nowhere", "--json")
    assert (code, out) == (2, "")
    assert err.startswith("ganbench: no study spec ")
