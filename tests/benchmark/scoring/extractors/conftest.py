"""Where tests of extractors look for weights."""

from pathlib import Path

import pytest

from benchmark.scoring.extractors.published_weights import OWN_FOLDER


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of own weights; torch's cache is empty."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv(OWN_FOLDER, str(folder))
    return folder
