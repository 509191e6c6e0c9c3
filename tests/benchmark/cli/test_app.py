import pytest

from benchmark.cli.app import app, run_command


def test_every_command_says_what_it_does_in_a_line() -> None:
    commands = {command.callback.__name__: command.callback for command in app.registered_commands if command.callback}
    assert {"run", "report", "compare", "score", "sample", "doctor"} <= commands.keys()
    assert [name for name, function in commands.items() if not (function.__doc__ or "").strip()] == []


def test_the_exit_code_is_given_back(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["ganbench", "parts"])
    assert run_command() == 0
    assert "hinge" in capsys.readouterr().out
