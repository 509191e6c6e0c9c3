"""Files of runs on their way: all of them arrive, as they were, and what is gone is gone there, too."""

import os
from pathlib import Path

from benchmark.workers.cluster.luggage import Packer, luggage_for, unpack


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.x").write_text(text, encoding="utf-8")


def test_only_what_changed_since_it_was_asked_last_is_packed(tmp_path: Path) -> None:
    write(tmp_path / "a", kept="1", changed="1", gone="1")
    packer = Packer(tmp_path)
    packer.know(["a", "b"])
    assert packer.changed() == {}
    write(tmp_path / "a", changed="22", new="1")
    write(tmp_path / "b", first="1")
    write(tmp_path / "foreign", other="1")
    (tmp_path / "a" / "gone.x").unlink()
    (tmp_path / "a" / "half.x.123.tmp").write_text("being written", encoding="utf-8")
    assert packer.changed() == {"a": {"changed.x": b"22", "gone.x": None, "new.x": b"1"}, "b": {"first.x": b"1"}}
    assert packer.changed() == {}


def test_a_file_that_was_replaced_by_one_of_its_size_and_time_is_packed(tmp_path: Path) -> None:
    write(tmp_path / "a", file="old")
    packer = Packer(tmp_path)
    packer.know(["a"])
    before = (tmp_path / "a" / "file.x").stat()
    write(tmp_path / "a", unfinished="new")
    (tmp_path / "a" / "unfinished.x").replace(tmp_path / "a" / "file.x")
    os.utime(tmp_path / "a" / "file.x", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert packer.changed() == {"a": {"file.x": b"new"}}


def test_what_is_unpacked_is_there_and_what_is_gone_is_not(tmp_path: Path) -> None:
    write(tmp_path / "a", gone="1", changed="1")
    unpack({"a": {"gone.x": None, "changed.x": b"22"}, "b": {"new.x": b"1", "never.x": None}}, tmp_path)
    found = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*.x")}
    assert found == {"a/changed.x": "22", "b/new.x": "1"}


def test_a_record_is_written_after_all_else_of_its_run(tmp_path: Path, monkeypatch) -> None:
    """Who finds a record takes its run for ended, with all that it has."""
    order: list[str] = []
    whole = Path.replace
    monkeypatch.setattr(Path, "replace", lambda path, target: (order.append(Path(target).name), whole(path, target))[1])
    unpack({"a": {"record.json": b"{}", "generator.safetensors": b"1", "zebra.png": b"1"}}, tmp_path)
    assert order == ["generator.safetensors", "zebra.png", "record.json"]


def test_a_node_gets_checkpoint_and_record_of_a_run_and_no_more(tmp_path: Path) -> None:
    for name in ("checkpoint.safetensors", "record.json", "step-000010.png"):
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / name).write_bytes(name.encode())
    names = ("checkpoint.safetensors", "record.json")
    assert luggage_for(tmp_path, ["a", "b"]) == {"a": {name: name.encode() for name in names}, "b": {}}
