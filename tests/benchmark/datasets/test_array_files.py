import hashlib

import numpy as np
import pytest

from benchmark.datasets.array_files import lay_out, npy_header, write_pieces
from benchmark.datasets.dataset import UnreadableFilesError

IMAGES = np.arange(5 * 12, dtype=np.uint8).reshape(5, 3, 2, 2)


def broken(name):
    raise UnreadableFilesError([f"{name}: broken"])


def test_pieces_in_any_order_make_an_array(tmp_path):
    path, notes, header = tmp_path / "images.npy", tmp_path / "notes", npy_header(IMAGES.shape)
    notes.write_text("of another file")
    lay_out(path, header, len(header) + IMAGES.nbytes, notes)
    assert not notes.exists()
    write_pieces(path, len(header) + 3 * 12, [lambda: IMAGES[3:]])
    digest = write_pieces(path, len(header), [lambda: IMAGES[:2], lambda: IMAGES[2:3]])
    np.testing.assert_array_equal(np.load(path), IMAGES)
    assert digest == hashlib.sha256(IMAGES[:3].tobytes()).hexdigest()


def test_what_is_there_stays_where_the_size_is_the_same(tmp_path):
    path, notes, header = tmp_path / "images.npy", tmp_path / "notes", npy_header(IMAGES.shape)
    for _ in range(2):
        lay_out(path, header, len(header) + IMAGES.nbytes, notes)
        notes.write_text("0 digest")
    assert notes.read_text() == "0 digest"


def test_all_that_cannot_be_decoded_is_named(tmp_path):
    path = tmp_path / "images.npy"
    path.write_bytes(b"")
    with pytest.raises(UnreadableFilesError) as refused:
        write_pieces(path, 0, [lambda: broken("a"), lambda: IMAGES[:1], lambda: broken("b")])
    assert refused.value.problems == ("a: broken", "b: broken")
