"""What the console command explains: itself."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from benchmark.cli.app import app

Command = Callable[..., tuple[int, str, str]]


def test_without_arguments_the_commands_are_listed(ganbench: Command) -> None:
    code, out, err = ganbench()
    assert code == 2
    for command in ("run", "variants", "parts", "report", "ui", "sync", "sample", "doctor"):
        assert f" {command} " in out + err


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("run", ["--study", "--variant", "--workers", "--device", "--set", "--storage", "OPTUNA_STORAGE"]),
        ("variants", []),
        ("parts", []),
        ("report", ["--study", "--set", "--output"]),
        ("ui", ["--study", "--set", "--port"]),
        ("sync", ["--study", "--set"]),
        ("sample", ["RUN", "--images", "--walk", "--seed", "--output"]),
        ("doctor", []),
    ],
)
def test_every_command_explains_itself(command: str, options: list[str]) -> None:
    # Rich reads the width of the terminal, and wraps option names in a narrow one.
    result = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
    assert result.exit_code == 0
    assert f"ganbench {command}" in result.output or f"{command} [OPTIONS]" in result.output
    assert [option for option in options if option not in result.output] == []
