"""Grids of images as runs left them."""

import io

from PIL import Image

from benchmark.records import REAL_SAMPLES, TrialRecord
from reports.records.samples import real_samples, samples_of
from reports.records.stored import StoredRun, StoredStudy


class Shelf:
    """Files by place and name."""

    def __init__(self, files: dict[tuple[str, str], bytes]) -> None:
        self._files = files

    def has(self, study_id: str) -> bool:
        return True

    def study(self, study_id: str) -> StoredStudy:
        raise NotImplementedError

    def artifact(self, place: str, name: str) -> bytes | None:
        return self._files.get((place, name))


def png(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (4, 4), shade).save(buffer, "PNG")
    return buffer.getvalue()


def stored(record: TrialRecord, place: str, shelf: Shelf) -> StoredRun:
    return StoredRun(record.config.variant, "final", 0, "complete", {}, {}, place, 0, record, shelf)


def test_whole_grids_of_every_rung_and_no_others(make_record) -> None:
    files = {("a", "samples/step-000250.png"): png(1), ("a", "samples/step-001000.png"): png(2),
             ("a", "samples/step-000500.png"): png(3)[:-9], ("a", "samples/step-000007.png"): png(4)}  # fmt: skip
    shelf = Shelf(files)
    runs = {name: stored(make_record(name, "final", 0, 40.0), name, shelf) for name in ("a", "b")}
    assert samples_of(runs) == {"a": {250: png(1), 1000: png(2)}}


def test_real_images_are_those_of_the_study_and_else_of_a_run(make_record) -> None:
    shelf = Shelf({("parent", REAL_SAMPLES): png(5), ("run", REAL_SAMPLES): png(6)})
    run = stored(make_record("a", "final", 0, 40.0), "run", shelf)
    assert real_samples(StoredStudy({}, {}, [(shelf, "parent")], [run], True)) == png(5)
    assert real_samples(StoredStudy({}, {}, [(shelf, "elsewhere")], [run], True)) == png(6)
    assert real_samples(StoredStudy({}, {}, [], [], True)) is None
