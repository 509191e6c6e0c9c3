"""How a command ends: one line and an exit code that say whose fault it was."""

import errno
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from benchmark.cli.outcome import outcome
from benchmark.errors import UserError
from ganzoo.entry_points import PluginError
from ganzoo.losses import HINGE

INTERRUPTED_AT = """\
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from benchmark.cli import main
sys.argv = ["ganbench", "variants"]
main()
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def raising(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


def test_a_command_that_ends_well_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert [outcome(lambda: 0), outcome(lambda: 1)] == [0, 1]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UserError("spec.toml: budget.trials = 0"), 2, "spec.toml: budget.trials = 0"),
        (UserError("a\nb\x1b[2J"), 2, r"a\nb\x1b[2J"),
        (PluginError("plugin x: broken"), 2, "plugin x: broken"),
        (typer.BadParameter("two is no number", param_hint="--workers"), 2, "Invalid value for --workers: two is no "),
        (OSError(errno.ENOSPC, "No space left on device", "runs/x"), 2, "runs/x: No space left on device"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "No space left on device"),
        (OSError(errno.EACCES, "Permission denied", "runs/a\nb"), 2, r"runs/a\nb: Permission denied"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_a_person_can_mend_is_one_line(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert outcome(raising(error)) == code
    printed = capsys.readouterr().err
    assert printed.startswith(f"ganbench: {line}")
    assert len(printed.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_slip_in_the_file_of_a_part_is_no_fault_of_this_program(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def command() -> int:
        code = compile("from ganzoo.components import Loss\n\nLoss('margin', limit='')\n", "margin.py", "exec")
        exec(code, {"__name__": "ganzoo.losses.margin"})
        return 0

    assert outcome(command) == 2
    told = capsys.readouterr().err
    assert told.startswith("ganbench: ganzoo/losses/margin.py, line 3: Loss has no field 'limit'; its fields: name, ")
    assert told.endswith("; did you mean 'limits'?\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ZeroDivisionError("a\nb"), FileNotFoundError(errno.ENOENT, "No such file", "x")])
def test_a_fault_of_ours_leaves_its_traceback_in_a_file(
    error: Exception, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert outcome(raising(error)) == 1
    printed = capsys.readouterr().err
    (log,) = (tmp_path / "runs" / "errors").iterdir()
    assert printed.startswith(f"ganbench: this should not have happened: {type(error).__name__}: ")
    # The command of this test lies in no package; its caller is the innermost line that does.
    assert re.search(rf"; the traceback is in {re.escape(str(log))} \(benchmark/cli/outcome.py, line \d+\)\n$", printed)
    assert len(printed.splitlines()) == 1
    text = log.read_text(encoding="utf-8")
    assert text.startswith("Traceback (most recent call last):\n")
    assert "in command" in text


def test_a_fault_in_a_part_ends_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> int:
        HINGE.discriminator("logits", 1)  # type: ignore[arg-type]
        return 0

    assert outcome(command) == 1
    line = HINGE.discriminator.__code__.co_firstlineno + 2
    assert capsys.readouterr().err.endswith(f".log (ganzoo/losses/hinge.py, line {line})\n")


def test_where_runs_cannot_be_written_the_traceback_lies_with_temporary_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "runs").write_text("a file")
    assert outcome(raising(ZeroDivisionError("division"))) == 1
    (log,) = (tmp_path / "temporary").iterdir()
    assert f"; the traceback is in {log} (benchmark/cli/outcome.py, line " in capsys.readouterr().err


@pytest.mark.parametrize("module", ["typer", "rich.table", "benchmark.spec.sections", "benchmark.commands.inventory"])
def test_ctrl_c_while_it_starts_is_130_without_a_traceback(module: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-c", INTERRUPTED_AT.format(module=module)]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
