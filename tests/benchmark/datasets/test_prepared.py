import json
import shutil
import threading

import numpy as np
import pytest

from benchmark.datasets import prepared
from benchmark.datasets.dataset import Content, UnreadableFilesError
from benchmark.datasets.memory import PIECE
from benchmark.datasets.prepared import CHUNK, CHUNKS_A_NOTE, PreparedCache, Source
from benchmark.errors import UserError

COUNT = CHUNK * CHUNKS_A_NOTE * 2 + 7
IMAGES = np.random.RandomState(0).randint(0, 256, (COUNT, 3, 4, 4)).astype(np.uint8)
LABELS = np.arange(COUNT) % 5


class Maker:
    """Images, a note of which were asked for, and a power cut after so many chunks."""

    def __init__(self, chunks=10**9):
        self.asked: list[tuple[int, int]] = []
        self._left = chunks
        self._lock = threading.Lock()

    def part(self, start, stop):
        with self._lock:
            self.asked.append((start, stop))
            if self._left == 0:
                raise KeyboardInterrupt
            self._left -= 1
        return IMAGES[start:stop]

    @property
    def source(self):
        return Source("set, train", Content(LABELS, 5, self.part))


def test_what_is_prepared_comes_back(tmp_path):
    shelf = PreparedCache(tmp_path / "shelf")
    assert shelf.find("train") is None
    made = shelf.prepare("train", Maker().source)
    for found in (made, PreparedCache(tmp_path / "shelf").find("train")):
        np.testing.assert_array_equal(found.images, IMAGES)
        np.testing.assert_array_equal(found.labels, LABELS)
        assert found.classes == 5
        assert isinstance(found.images, np.memmap)
    assert shelf.find("test") is None
    assert {path.name for path in (tmp_path / "shelf").iterdir()} == {
        *("train.json", "train.lock", "train-images.npy", "train-labels.npy")
    }


def test_it_is_made_once(tmp_path):
    again = Maker()
    PreparedCache(tmp_path).prepare("train", Maker().source)
    PreparedCache(tmp_path).prepare("train", again.source)
    assert again.asked == []


def test_an_interrupted_one_counts_as_none_and_goes_on(tmp_path):
    first, second = Maker(chunks=CHUNKS_A_NOTE + 5), Maker()
    with pytest.raises(KeyboardInterrupt):
        PreparedCache(tmp_path).prepare("train", first.source)
    assert PreparedCache(tmp_path).find("train") is None
    np.testing.assert_array_equal(PreparedCache(tmp_path).prepare("train", second.source).images, IMAGES)
    wanted = -(-COUNT // CHUNK)
    # The shape is found from one image; what is noted is not made again, but for those just under way.
    assert wanted - (CHUNKS_A_NOTE + 4) <= len(second.asked) - 1 <= wanted - CHUNKS_A_NOTE


def test_notes_of_another_file_are_not_believed(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        PreparedCache(tmp_path).prepare("train", Maker(chunks=CHUNKS_A_NOTE + 5).source)
    (tmp_path / "train-images.unfinished").write_bytes(b"cut off")
    np.testing.assert_array_equal(PreparedCache(tmp_path).prepare("train", Maker().source).images, IMAGES)


def test_a_note_that_was_cut_off_counts_as_none(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        PreparedCache(tmp_path).prepare("train", Maker(chunks=CHUNKS_A_NOTE + 5).source)
    notes = tmp_path / "train-images.notes"
    notes.write_text(notes.read_text() + "3")
    np.testing.assert_array_equal(PreparedCache(tmp_path).prepare("train", Maker().source).images, IMAGES)


def test_facts_are_written_last(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(prepared.json, "dumps", fails)
    with pytest.raises(UserError, match="No space left on device; GANBENCH_DATA names another place"):
        PreparedCache(tmp_path).prepare("train", Maker().source)
    monkeypatch.undo()
    assert PreparedCache(tmp_path).find("train") is None
    np.testing.assert_array_equal(PreparedCache(tmp_path).prepare("train", Maker().source).images, IMAGES)
    assert json.loads((tmp_path / "train.json").read_text()) == {"images": COUNT, "classes": 5}


def test_all_broken_files_are_named_and_the_rest_is_kept(tmp_path):
    broken = {3, CHUNK + 1, CHUNK + 2}

    def part(start, stop):
        problems = [f"{number:04d}.png: broken" for number in sorted(broken) if start <= number < stop]
        if problems:
            raise UnreadableFilesError(problems)
        return IMAGES[start:stop]

    with pytest.raises(UserError, match=r"0003.png: broken; and 2 more files") as refused:
        PreparedCache(tmp_path).prepare("train", Source("set", Content(LABELS, 5, part)))
    assert refused.value.problems == ("0003.png: broken", "0065.png: broken", "0066.png: broken")
    mended = Maker()
    PreparedCache(tmp_path).prepare("train", mended.source)
    assert sorted(mended.asked)[:3] == [(0, 1), (0, CHUNK), (CHUNK, 2 * CHUNK)]
    assert len(mended.asked) == 3


def test_no_images(tmp_path):
    with pytest.raises(UserError, match="set, test: there are no images"):
        PreparedCache(tmp_path).prepare("test", Source("set, test", Content(LABELS[:0], 5, Maker().part)))


def test_large_images_are_made_a_few_at_a_time(tmp_path):
    """Four of them make a piece; what cannot be decoded is named piece by piece, and the rest is kept."""
    large = np.random.RandomState(1).randint(0, 256, (70, 1, 1, PIECE // 4)).astype(np.uint8)
    asked, broken = [], {2, 9}

    def part(start, stop):
        asked.append((start, stop))
        problems = [f"{number}.png: broken" for number in sorted(broken) if start <= number < stop]
        if problems:
            raise UnreadableFilesError(problems)
        return large[start:stop]

    source = Source("set", Content(LABELS[:70], 5, part))
    with pytest.raises(UnreadableFilesError) as refused:
        PreparedCache(tmp_path).prepare("train", source)
    assert refused.value.problems == ("2.png: broken", "9.png: broken")
    assert {stop - start for start, stop in asked[1:]} == {4, 2}
    broken.clear()
    np.testing.assert_array_equal(PreparedCache(tmp_path).prepare("train", source).images, large)


def test_room_on_the_disk_is_asked_for_before_anything_is_written(tmp_path):
    """As many labels as the disk has bytes, and 48 bytes an image."""
    count = shutil.disk_usage(tmp_path).total
    labels = np.broadcast_to(np.int64(0), (count,))
    message = r"set: takes [\d,.]+ GB of disk, and [\d,.]+ GB are free at .*; GANBENCH_DATA names another place"
    with pytest.raises(UserError, match=message):
        PreparedCache(tmp_path).prepare("train", Source("set", Content(labels, 1, lambda *_: IMAGES[:1])))
    assert [path.name for path in tmp_path.iterdir()] == ["train.lock"]


@pytest.mark.parametrize(("largest", "most"), [(0, 64), (12_000_000, 5), (2**25, 2)])
def test_fewer_processes_decode_large_pictures(largest, most, monkeypatch):
    monkeypatch.setattr(prepared, "cores", lambda: 64)
    content = Content(LABELS, 5, Maker().part, decoding=lambda start, stop: Maker().part, largest=largest)
    with Source("set", content).executor() as executor:
        assert executor._max_workers == most
