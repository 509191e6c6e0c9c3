"""What a person may type next."""

import shlex
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from benchmark.paths import ROOT
from benchmark.typed_commands import TARGETS, typed_command

CHECKOUT = Path(__file__).parents[2]
# Each with what a shell must not take apart.
OVERRIDES = ("score.metrics=kid,fid", "dataset=folder:my photos", "name='a$b'")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_elsewhere_it_is_ganbench(elsewhere: Path) -> None:
    assert typed_command("ui", "digits") == "ganbench ui --study digits"
    assert typed_command("doctor") == "ganbench doctor"
    assert typed_command("run", "a b.toml", variant="dcgan") == "ganbench run --study 'a b.toml' --variant dcgan"


def test_words_come_back_as_they_were_given(elsewhere: Path) -> None:
    words = [word for each in OVERRIDES for word in ("--set", each)]
    assert shlex.split(typed_command("sync", "digits", OVERRIDES)) == ["ganbench", "sync", "--study", "digits", *words]


def test_another_makefile_is_not_ours(elsewhere: Path) -> None:
    (elsewhere / "Makefile").write_text("ui:\n\techo mine\n")
    assert typed_command("ui", "digits") == "ganbench ui --study digits"


def test_the_root_that_was_named_is_named_again(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT, "/my projects/one")
    assert typed_command("ui", "digits") == "ganbench --root '/my projects/one' ui --study digits"
    monkeypatch.chdir(CHECKOUT)
    assert typed_command("ui", "digits") == "ganbench --root '/my projects/one' ui --study digits"


@pytest.mark.parametrize("command", TARGETS)
def test_in_a_checkout_make_runs_the_same_words(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):  # of the make that runs this test
        monkeypatch.delenv(name, raising=False)
    study, overrides = ("", ()) if command == "doctor" else ("digits", OVERRIDES)
    typed = typed_command(command, study, overrides, "dcgan" if command == "run" else "")
    assert typed.startswith(f"make {TARGETS[command]}")
    # As old as can be, so that nothing is set up.
    done = subprocess.run(f"{typed} -n -o .venv/.ready", shell=True, capture_output=True, text=True, check=True)
    words = shlex.split(done.stdout)[1:]
    assert words[0] == command
    assert [value for flag, value in pairwise(words) if flag == "--set"] == list(overrides)
    assert ("--study" in words) == bool(study)
    assert ("dcgan" in words) == (command == "run")


def test_a_command_without_a_target_is_ganbench_in_a_checkout_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    assert typed_command("sync", "digits") == "ganbench sync --study digits"
