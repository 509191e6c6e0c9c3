"""Kinds of files, and one changed byte."""

import random
from pathlib import Path

import pytest

from tools.bit_flips.files import by_kind, flip, kind_of

WORK = "runs/work"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("runs/mlflow.db", "runs/mlflow.db"),
        (f"{WORK}/flips-1234abcd/preparation.json", f"{WORK}/STUDY/preparation.json"),
        (f"{WORK}/flips-1234abcd/dcgan-final-0001/record.json", f"{WORK}/STUDY/LABEL/record.json"),
        (f"{WORK}/flips-1234abcd/dcgan-final-0001/step-000010.png", f"{WORK}/STUDY/LABEL/step-N.png"),
        (f"runs/artifacts/s-1/{'0a' * 16}/artifacts/a.json", "runs/artifacts/STUDY/ID/artifacts/a.json"),
        (f"runs/artifacts/s-1/{'0a' * 16}/artifacts/runs.csv", "runs/artifacts/STUDY/ID/artifacts/REPORT"),
        (
            f"runs/artifacts/s-1/models/m-{'0a' * 16}/artifacts/MLmodel",
            "runs/artifacts/STUDY/models/m-ID/artifacts/DESCRIPTION",
        ),
        ("runs/cache/digits-test-digits-cnn-0123.safetensors", "runs/cache/REFERENCE.safetensors"),
        ("runs/cache/recordings/dcgan-generator-0123.safetensors", "runs/cache/recordings/PROGRAM.safetensors"),
        ("runs/cache/vega-6.4-1.9.0.js", "runs/cache/VEGA.js"),
        ("runs/reports/flips-1234abcd/runs.csv", "runs/reports/STUDY/REPORT"),
        ("data/prepared/folder-photos-8-0123/train-images.npy", "data/prepared/DATASET/train-images.npy"),
    ],
)
def test_files_of_one_kind_have_one_name(file: str, kind: str) -> None:
    assert kind_of(file) == kind


def test_files_are_found_by_kind(tmp_path: Path) -> None:
    for file in (f"{WORK}/s/a-0/record.json", f"{WORK}/s/b-0/record.json", f"{WORK}/s/lock", "photos/1.png"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"" if file.endswith("lock") else b"content")
    assert by_kind(tmp_path) == {
        f"{WORK}/STUDY/LABEL/record.json": [f"{WORK}/s/a-0/record.json", f"{WORK}/s/b-0/record.json"]
    }


def test_one_byte_becomes_another(tmp_path: Path) -> None:
    before, chance, places = bytes(range(40)), random.Random(0), set()
    for _ in range(400):
        (tmp_path / "file").write_bytes(before)
        done = flip(tmp_path, "file", chance)
        after = (tmp_path / "file").read_bytes()
        assert [place for place in range(40) if after[place] != before[place]] == [done.place]
        assert (before[done.place], after[done.place]) == (done.before, done.after)
        places.add(done.place)
    assert places == set(range(40))
    assert str(done) == f"file: byte {done.place}: {done.before:#04x} became {done.after:#04x}"
