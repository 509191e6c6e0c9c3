"""What a person may type next: a target of make where the checkout's Makefile is beside, `ganbench` elsewhere."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from benchmark.paths import ROOT

TARGETS = {"run": "bench", "report": "report", "ui": "ui", "doctor": "doctor"}


def typed_command(command: str, study: str = "", overrides: Sequence[str] | None = None, variant: str = "") -> str:
    """A command as a person would type it where this one was typed.

    Args:
        command: Of `ganbench`, as in "run".
        study: Name or path of its spec; "" for none.
        overrides: As `--set` takes them; None for none.
        variant: As `--variant` takes it; "" for none.
    """
    words = [word for each in overrides or () for word in ("--set", each)]
    root = os.environ.get(ROOT, "")
    if command in TARGETS and not root and _has_makefile(Path.cwd()):
        named = {"STUDY": study, "VARIANT": variant, "ARGS": shlex.join(words).replace("$", "$$")}
        return " ".join(
            ["make", TARGETS[command], *(f"{key}={shlex.quote(value)}" for key, value in named.items() if value)]
        )
    options = {"--study": study, "--variant": variant}
    given = [word for option, value in options.items() if value for word in (option, value)]
    return shlex.join(["ganbench", *(("--root", root) if root else ()), command, *given, *words])


def _has_makefile(folder: Path) -> bool:
    """Whether a folder is a checkout of this repository; another's Makefile has no such targets."""
    return (folder / "Makefile").is_file() and (folder / "benchmark" / "typed_commands.py").is_file()
