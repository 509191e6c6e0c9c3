"""`python -m tools.documentation FOLDER`."""

import sys
from pathlib import Path

import pytest

from tools.documentation import __main__ as command


def test_every_page_is_written_into_a_folder_that_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "pages", lambda: {"a.md": "# A\n", "b.md": "# Ö\n"})
    monkeypatch.setattr(sys, "argv", ["documentation", str(tmp_path / "new" / "zoo")])
    command.main()
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "new" / "zoo").iterdir()}
    assert written == {"a.md": "# A\n", "b.md": "# Ö\n"}


def test_without_a_folder_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["documentation"])
    with pytest.raises(SystemExit, match="2"):
        command.main()
