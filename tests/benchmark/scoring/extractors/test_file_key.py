"""Keys of weights on disk, against SHA-256 as hashlib has it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.scoring.extractors.catalog import EXTRACTORS
from benchmark.scoring.extractors.file_key import file_key


def test_is_the_beginning_of_the_file_s_sha_256(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "weights.bin"
    monkeypatch.setitem(EXTRACTORS, "mine", replace(EXTRACTORS["digits-cnn"], weights=lambda data: weights))
    keys = []
    for content in (b"one", b"two"):
        weights.write_bytes(content)
        keys.append(file_key("mine", tmp_path))
        assert keys[-1] == hashlib.sha256(content).hexdigest()[:16]
    assert keys[0] != keys[1]


def test_an_extractor_without_weights_has_none(tmp_path: Path) -> None:
    assert file_key("pixels", tmp_path) == ""


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unknown extractor 'pixel': did you mean 'pixels'"):
        file_key("pixel", tmp_path)
