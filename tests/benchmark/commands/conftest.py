"""What tests of commands share."""

from pathlib import Path

import pytest
from scored_folders import COUNT, blurred, write_folder

from benchmark.datasets.catalog import load_split


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Digits with noise, and other digits as they are, as pictures."""
    folder = tmp_path_factory.mktemp("folders")
    train, test = (load_split("digits", split, folder).images[:COUNT] for split in ("train", "test"))
    return write_folder(folder / "generated", blurred(train, 0)), write_folder(folder / "real", test)
