"""Digests: every changed byte is seen, and what earlier versions wrote is read as it is."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from benchmark.digests import BLANK, KEY, check_whole, is_whole, is_whole_png, sealed, sealed_json, set_aside

TEXT = sealed_json('{\n "name": "größe",\n "values": [1.5, 2]\n}')


def test_a_sealed_object_is_the_same_object_with_a_digest() -> None:
    assert {name: value for name, value in json.loads(TEXT).items() if name != KEY} == {
        "name": "größe",
        "values": [1.5, 2],
    }
    assert is_whole(TEXT.encode())
    assert check_whole(TEXT.encode()) == TEXT.encode()


def test_every_changed_byte_is_seen_but_in_the_word_that_names_the_digest() -> None:
    content = TEXT.encode()
    named = range(content.index(b'"sha256"'), content.index(b'"sha256"') + len(b'"sha256": "'))
    ends = content.index(b'",', named.stop)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        if (
            place in named
            or place == ends
            or (chr(changed[place]) not in "0123456789abcdef" and place in range(named.stop, ends))
        ):
            continue  # then it has no digest any more, as if it were of an earlier version, and nothing else is changed
        assert not is_whole(bytes(changed)), place


@pytest.mark.parametrize("length", [0, 1, 40, len(TEXT.encode()) - 1])
def test_what_is_cut_off_is_whole_only_where_nothing_says_so(length: int) -> None:
    cut = TEXT.encode()[:length]
    assert is_whole(cut) == (KEY.encode() not in cut or length < 80)


def test_what_an_earlier_version_wrote_is_whole() -> None:
    assert is_whole(b'{"name": 1}')
    assert is_whole(b"")


def test_there_must_be_a_place_for_the_digest() -> None:
    with pytest.raises(ValueError, match="no place for a digest"):
        sealed(b'{"name": 1}')
    assert is_whole(sealed(f'{{"{KEY}":"{BLANK}","op_code":4}}'.encode()))


def png() -> bytes:
    content = io.BytesIO()
    Image.new("L", (9, 9), 77).save(content, "PNG")
    return content.getvalue()


def test_every_changed_byte_of_a_picture_is_seen() -> None:
    whole = png()
    assert is_whole_png(whole)
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        assert not is_whole_png(bytes(changed)), place
    assert not any(is_whole_png(whole[:length]) for length in range(len(whole)))
    assert not is_whole_png(whole + b"more")


def test_what_is_damaged_is_kept_beside_and_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"garbage")
    aside = set_aside(path, "first line\nsecond line", "made again")
    assert capsys.readouterr().err == f"ganbench: {path}: damaged (first line second line); made again\n"
    assert not path.exists()
    assert aside.read_bytes() == b"garbage"
