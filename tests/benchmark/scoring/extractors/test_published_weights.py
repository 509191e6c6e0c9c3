"""Weights: where they are found, what is downloaded, what is refused and what is let through."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from benchmark.errors import UserError
from benchmark.scoring.extractors.published_weights import OWN_FOLDER, PublishedWeights, own_folder, sha256, tensors

FILE = "net-1.pth"
PUBLISHED = {"first": torch.ones(2, 3), "last": torch.zeros(4)}


@pytest.fixture
def address(tmp_path: Path) -> Path:
    """The published file, at its address."""
    path = tmp_path / "address" / FILE
    path.parent.mkdir()
    torch.save(PUBLISHED, path)
    return path


@pytest.fixture
def weights(address: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PublishedWeights:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv(OWN_FOLDER, raising=False)
    return PublishedWeights("net", address.as_uri(), FILE, sha256(address), {"first": (2, 3), "last": (4,)})


def put(content: object, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    return path


def test_own_folder_comes_before_data_and_data_before_torchs_cache(weights, address, tmp_path, monkeypatch) -> None:
    data, own = tmp_path / "data", tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv(OWN_FOLDER, str(own))
    for folder in (tmp_path / "torch" / "hub" / "checkpoints", data / "extractors", own):
        path = put(address.read_bytes(), folder)
        assert weights.problem(data) is None
        assert weights.find(data) == path


def test_downloaded_once_into_the_data_folder(weights, address, tmp_path) -> None:
    expected = tmp_path / "data" / "extractors" / FILE
    assert weights.problem(tmp_path / "data").startswith(f"{expected}: the weights of net are missing")
    assert not expected.exists()
    assert weights.find(tmp_path / "data") == expected
    assert expected.read_bytes() == address.read_bytes()
    address.unlink()
    assert weights.find(tmp_path / "data") == expected


def test_who_comes_at_once_finds_the_same_whole_file(weights, tmp_path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: weights.find(tmp_path), range(8)))
    assert found == {tmp_path / "extractors" / FILE}
    assert {path.name for path in (tmp_path / "extractors").iterdir()} <= {FILE, ".download.lock"}


def test_missing_weights_say_what_goes_where(weights, address, tmp_path) -> None:
    address.unlink()
    with pytest.raises(UserError) as caught:
        weights.find(tmp_path)
    line = str(caught.value)
    assert line.startswith(f"{tmp_path / 'extractors' / FILE}: the weights of net are missing; put the file of file:")
    assert all(word in line for word in (weights.sha256, OWN_FOLDER, "(the download failed:"))
    assert "\n" not in line


def test_a_download_of_something_else_leaves_nothing(weights, address, tmp_path) -> None:
    address.write_bytes(b"a page that says no")
    with pytest.raises(UserError, match=f"the download failed: invalid hash value .*{weights.sha256}"):
        weights.find(tmp_path)
    assert {path.name for path in (tmp_path / "extractors").iterdir()} <= {".download.lock"}


@pytest.mark.parametrize("folder", ["data/extractors", "torch/hub/checkpoints"])
@pytest.mark.parametrize("content", [b"", {"first": torch.ones(2, 3), "last": torch.ones(4)}])
def test_anything_but_what_was_published_is_refused_with_both_checksums(weights, tmp_path, folder, content) -> None:
    path = put(content, tmp_path / folder)
    problem = weights.problem(tmp_path / "data")
    assert problem.startswith(f"{path}: its SHA-256 is {sha256(path)}, that of the weights of net is {weights.sha256};")
    with pytest.raises(UserError) as caught:
        weights.find(tmp_path / "data")
    assert str(caught.value) == problem


def test_other_weights_are_used_from_the_own_folder(weights, tmp_path, monkeypatch) -> None:
    path = put({"first": torch.ones(2, 3), "last": torch.ones(4), "more": torch.ones(1)}, tmp_path / "own")
    monkeypatch.setenv(OWN_FOLDER, str(path.parent))
    assert weights.problem(tmp_path) is None
    assert weights.find(tmp_path) == path


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no file of weights"),
        (b"garbage", "no file of weights"),
        (torch.zeros(3), "no file of weights"),
        ({"first": 3}, "no file of weights"),
        ({"first": torch.ones(2, 3)}, "not the weights of net: expected 'last' of 4"),
        ({"first": torch.ones(3, 2), "last": torch.ones(4)}, "not the weights of net: expected 'first' of 2x3"),
    ],
)
def test_other_things_in_the_own_folder_are_named(weights, tmp_path, monkeypatch, content, complaint) -> None:
    path = put(content, tmp_path / "own")
    monkeypatch.setenv(OWN_FOLDER, str(path.parent))
    with pytest.raises(UserError) as caught:
        weights.find(tmp_path)
    assert str(caught.value).startswith(f"{path}: {complaint}")
    assert "\n" not in str(caught.value)
    assert weights.problem(tmp_path) == str(caught.value)


def test_an_own_folder_that_is_none_is_refused(weights, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(OWN_FOLDER, str(tmp_path / "typo"))
    assert (
        weights.problem(tmp_path)
        == f"{OWN_FOLDER}={tmp_path / 'typo'}: no such folder; name one that holds weights, or none"
    )
    monkeypatch.setenv(OWN_FOLDER, "")
    assert own_folder() is None


def test_code_in_a_file_is_not_run(weights, tmp_path, monkeypatch) -> None:
    class Malicious:
        def __reduce__(self):
            return (open, (str(tmp_path / "written"), "w"))

    path = put({"first": Malicious()}, tmp_path / "own")
    monkeypatch.setenv(OWN_FOLDER, str(path.parent))
    with pytest.raises(UserError, match="no file of weights"):
        weights.find(tmp_path)
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize("zipped", [True, False], ids=["today's format", "the format before 2020"])
def test_tensors_are_read_from_both_formats(tmp_path, zipped) -> None:
    torch.save(PUBLISHED, tmp_path / FILE, _use_new_zipfile_serialization=zipped)
    held = tensors(tmp_path / FILE)
    assert held.keys() == PUBLISHED.keys()
    assert all(torch.equal(held[name], PUBLISHED[name]) for name in held)


def test_checksum_is_the_standards_example(tmp_path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
