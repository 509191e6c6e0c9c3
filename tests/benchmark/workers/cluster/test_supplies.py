"""What a node needs of a study: named by content, sent once, and enough to train without anything else."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from benchmark.datasets.catalog import key_of, load_split
from benchmark.spec import Spec
from benchmark.workers.cluster.supplies import Supply, crated, supplies_of, unpack
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask


class Shelf:
    """A store of bytes that counts who asks."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.asked: list[int] = []

    def put(self, piece: bytes) -> int:
        self.kept.append(piece)
        return len(self.kept) - 1

    def get(self, number: int) -> bytes:
        self.asked.append(number)
        return self.kept[number]


@pytest.fixture
def task(tiny: Spec, tmp_path: Path) -> CohortTask:
    """Of the study, whose images and statistics lie with the parent."""
    parent = tmp_path / "parent"
    content = key_of(tiny.dataset, tiny.resolution, parent / "data")
    task = CohortTask(tiny, (), "validation", parent / "work", parent / "data", parent / "cache", "cpu", content)
    WorkerContext.of(task)  # makes the statistics, as the parent does before anything is trained
    return task


def test_a_node_with_the_supplies_alone_has_the_same_images_and_statistics(task: CohortTask, tmp_path: Path) -> None:
    shelf, node = Shelf(), tmp_path / "node"
    supplies = supplies_of(task)
    unpack(
        [crated(each, task, shelf.put) for each in supplies],
        {"data": node / "data", "cache": node / "cache"},
        shelf.get,
    )
    there = replace(task, data=node / "data", cache=node / "cache")
    ours, theirs = WorkerContext.of(task), WorkerContext.of(there)
    assert torch.equal(ours.data.images, theirs.data.images)
    assert torch.equal(ours.data.labels, theirs.data.labels)
    assert ours.scorer.protocol == theirs.scorer.protocol
    assert torch.equal(ours.scorer.real.features.sigma, theirs.scorer.real.features.sigma)
    assert {each.folder for each in supplies} == {"data", "cache"}


def test_what_is_there_is_not_sent_for_again_and_what_is_damaged_is(task: CohortTask, tmp_path: Path) -> None:
    shelf, folders = Shelf(), {"data": tmp_path / "node" / "data", "cache": tmp_path / "node" / "cache"}
    crates = [crated(each, task, shelf.put) for each in supplies_of(task)]
    unpack(crates, folders, shelf.get)
    assert sorted(shelf.asked) == list(range(len(shelf.kept)))
    shelf.asked.clear()
    unpack(crates, folders, shelf.get)
    assert shelf.asked == []
    damaged = crates[0].supply
    (folders[damaged.folder] / damaged.name).write_bytes(b"x")
    unpack(crates, folders, shelf.get)
    assert shelf.asked == list(crates[0].pieces)


def test_a_file_that_comes_damaged_is_not_kept(task: CohortTask, tmp_path: Path) -> None:
    crate = crated(supplies_of(task)[0], task, lambda piece: piece[:-1] + b"x")
    with pytest.raises(OSError, match="it came damaged"):
        unpack([crate], {"data": tmp_path / "data", "cache": tmp_path / "cache"}, bytes)
    assert not (tmp_path / crate.supply.folder / crate.supply.name).exists()


def test_a_large_file_travels_in_pieces(task: CohortTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmark.workers.cluster.supplies.PIECE", 1000)
    task.data.mkdir(parents=True, exist_ok=True)
    (task.data / "large").write_bytes(bytes(range(250)) * 10)
    shelf = Shelf()
    crate = crated(Supply("data", "large", "its digest"), task, shelf.put)
    assert [len(piece) for piece in shelf.kept] == [1000, 1000, 500]
    assert b"".join(map(shelf.get, crate.pieces)) == bytes(range(250)) * 10


def test_pictures_of_a_folder_reach_a_node_that_has_no_such_folder(tiny: Spec, tmp_path: Path) -> None:
    pictures = tmp_path / "photos"
    for number in range(60):
        (pictures / f"{number % 2}").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 8), (number, 4 * number, 255 - number)).save(pictures / f"{number % 2}" / f"{number}.png")
    name = f"folder:{pictures}"
    spec = tiny.model_copy(update={"dataset": name, "resolution": 8})
    data = tmp_path / "data"
    content = key_of(name, 8, data)
    before = load_split(name, "train", data, 8, content).images
    task = CohortTask(spec, (), "validation", tmp_path / "work", data, tmp_path / "cache", "cpu", content)
    shelf, node = Shelf(), {"data": tmp_path / "node" / "data", "cache": tmp_path / "node" / "cache"}
    crates = [crated(each, task, shelf.put) for each in supplies_of(task)]
    shutil.rmtree(pictures)
    shutil.rmtree(data)
    unpack(crates, node, shelf.get)
    assert torch.equal(load_split(name, "train", node["data"], 8, content).images, before)
