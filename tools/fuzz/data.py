"""Cases of data: files and folders of images and weights that somebody else made."""

import io
import json
import os
import struct
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis.strategies import DataObject, binary, characters, from_regex, integers, lists, one_of, text, tuples
from hypothesis.strategies import sampled_from as one_from
from PIL import Image
from safetensors.numpy import save
from safetensors.torch import save as save_torch

from benchmark.artifacts.weights import read_generator
from benchmark.datasets.catalog import find_dataset
from benchmark.datasets.content_key import content_key
from benchmark.datasets.image_files import find_images, is_image_file, read_images
from benchmark.errors import UserError
from benchmark.training.model import ImageShape, build
from ganzoo.registry import find_variant
from tools.fuzz.sandbox import given

SIDE = 8
FORMATS = (
    *("png", "jpg", "gif", "bmp", "tiff", "webp", "ppm", "ico", "icns", "tga", "sgi", "pcx", "dds", "im", "avif"),
    *("jp2", "mpo", "pbm", "pgm", "qoi", "blp", "msp", "xbm", "spider"),
)
MODES = ("RGB", "L", "RGBA", "P", "LA", "1", "I;16", "CMYK")
SHAPES = lists(one_of(integers(0, 9), integers(-2, 10**12), integers(2**62, 2**70)), max_size=5)
KINDS = one_from(["|u1", "<f4", "|O", "<U3", "|b1", "<M8[s]", "|V9999999999", "u1,u1", "", "x"])
ODD_NUMBERS = ["99999999999999999999", "1e9", "-1", "0", "4294967296", "\u0663", "9" * 5000, "100000", "1_0", " 8", ""]
# Control characters, ends of lines, emoji, text from right to left, halves of characters (bytes that are no UTF-8).
ODD_LETTERS = "ab./~\n\r\t\x1b\x7f\u202e\U0001f600\udcff%#? "
LETTERS = text(one_of(one_from(ODD_LETTERS), characters(codec=None)), max_size=255)
SUFFIXES = one_from([".png", ".PNG", ".jpg", ".npz", ".safetensors", ""])


def npz(source: DataObject) -> None:
    """An .npz: any bytes, a true one with some changed, or members with headers of any kind."""
    true = _npz({"arr_0": np.zeros((20, SIDE, SIDE, 3), np.uint8), "labels": np.zeros(20)})
    read_images(given(Path("images.npz"), _one_of(source, true, _members(source))))


def safetensors(source: DataObject) -> None:
    """A .safetensors: any bytes, a true one with some changed, or a header of any kind."""
    true = save({"images": np.zeros((20, SIDE, SIDE, 3), np.uint8), "labels": np.zeros(20)})
    path = given(Path("images.safetensors"), _one_of(source, true, _tensors(source)))
    is_image_file(path)
    read_images(path)


def generators(source: DataObject) -> None:
    """A generator.safetensors whose metadata say anything, or with some bytes changed."""
    metadata = {"variant": "gan-shallow", "channels": "1", "resolution": str(SIDE), "classes": "10"}
    numbers = one_of(one_from([*ODD_NUMBERS, "1", "3", "8", "16", "2048"]), text(max_size=20))
    variants = one_of(one_from(["dcgan", "sngan", "mlp+hinge", "cgan-pd", "resnet+", "../x"]), text(max_size=20))
    for name in source.draw(lists(one_from(list(metadata)), max_size=3)):
        metadata[name] = source.draw(variants if name == "variant" else numbers)
    for name in source.draw(lists(one_from(list(metadata)), max_size=1)):
        del metadata[name]
    content = save_torch(_weights(), metadata)
    path = given(Path("generator.safetensors"), _changed(source, content) if _coin(source) else content)
    is_image_file(path)
    read_generator(path)


def pictures(source: DataObject) -> None:
    """Two pictures of any format, one of them with some bytes changed, cut off, or by a wrong name."""
    suffix, mode = source.draw(one_from(FORMATS)), source.draw(one_from(MODES))
    content = _picture(suffix, mode)
    name = source.draw(one_of(one_from([suffix]), one_from(FORMATS)))
    given(Path("photos/b.png"), _picture("png", "RGB"))
    given(Path(f"photos/a.{name}"), _one_of(source, content, source.draw(binary(max_size=100))))
    _read_folder(Path("given/photos"))
    read_images(Path("given/photos"), source.draw(one_from([0, SIDE])))


def names(source: DataObject) -> None:
    """Pictures and folders of any names."""
    Path("given").mkdir()
    for words in source.draw(lists(tuples(LETTERS, SUFFIXES), min_size=1, max_size=4)):
        path = os.path.normpath(f"/{''.join(words)}".replace("\0", ""))  # a path with ".." stays beneath the folder
        try:
            given(Path("photos" + path), source.draw(one_from([_picture("png", "RGB"), b"", b"no picture"])))
        except (OSError, UnicodeEncodeError):
            return  # no name of a file here
    _read_folder(Path("given/photos"))
    read_images(Path("given/photos"), SIDE)


def paths(source: DataObject) -> None:
    """Any words in the place of a folder or a file that is not there."""
    words = "".join(source.draw(tuples(LETTERS, SUFFIXES)))
    dataset = find_dataset(f"folder:no/such/{words}" if _coin(source) else f"folder:~{words}")
    if dataset.problem(Path("data")) is None:  # there is such a user
        return
    try:
        dataset.files(Path("data"))
    except UserError:
        find_images(Path("no/such", words.strip("/")))


def _read_folder(folder: Path) -> None:
    """Read a folder as a data set, all splits."""
    dataset = find_dataset(f"folder:{folder}")
    content_key(dataset, Path("data"), SIDE)
    for split in ("train", "validation", "test"):
        content = dataset.read(Path("data"), split, SIDE)
        if len(content.labels):
            content.part(0, len(content.labels))


def _one_of(source: DataObject, true: bytes, made: bytes) -> bytes:
    """A true file with some bytes changed, one that was made for the purpose, or that with some bytes changed."""
    content = true if _coin(source) else made
    return _changed(source, content) if _coin(source) else content


def _changed(source: DataObject, content: bytes) -> bytes:
    """The same with a few bytes changed, most of them near the start, where headers are; or cut off."""
    changed = bytearray(content)
    last = max(0, len(content) - 1)
    places = one_of(integers(0, min(last, 64)), integers(0, last))
    for place, byte in source.draw(lists(tuples(places, integers(0, 255)), min_size=1, max_size=8)):
        changed[place : place + 1] = bytes([byte])
    return bytes(changed[: source.draw(integers(0, len(changed)))] if source.draw(integers(0, 3)) == 0 else changed)


def _coin(source: DataObject) -> bool:
    return bool(source.draw(integers(0, 1)))


def _npz(arrays: dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.generic]]"]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _members(source: DataObject) -> bytes:
    """A zip archive whose members are arrays by their headers."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(source.draw(integers(0, 3))):
            descr, shape, order = source.draw(KINDS), tuple(source.draw(SHAPES)), _coin(source)
            header = f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}}}"
            header = source.draw(one_of(one_from([header, "(" * 3000, "{}", "1" * 20_000]), from_regex(r"[\[{(,'1]*")))
            version = source.draw(one_from([(1, 0), (2, 0), (3, 0), (9, 9)]))
            length = struct.pack("<H" if version == (1, 0) else "<I", min(len(header), 65535))
            zeros = bytes(source.draw(one_from([0, 192, 20 * 192, 2**26])))  # 64 MB, which a zip makes of 64 kB
            archive.writestr(f"{number}.npy", b"\x93NUMPY" + bytes(version) + length + header.encode() + zeros)
    return file.getvalue()


def _tensors(source: DataObject) -> bytes:
    """A safetensors file whose header says anything of its tensors."""
    header = {}
    for number in range(source.draw(integers(0, 3))):
        shape, offsets = source.draw(SHAPES), source.draw(lists(integers(-1, 2**66), min_size=2, max_size=2))
        kind = source.draw(one_from(["U8", "F32", "BF16", "F8_E4M3", "X"]))
        header[str(number)] = {"dtype": kind, "shape": shape, "data_offsets": offsets if _coin(source) else [0, 0]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", source.draw(one_from([len(text), 0, 2**63]))) + text + bytes(192)


@cache
def _picture(suffix: str, mode: str) -> bytes:
    """A small picture of a format, in a mode that it can hold."""
    pixels = np.random.RandomState(0).randint(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    file = io.BytesIO()
    written = Image.registered_extensions().get(f".{suffix}", suffix.upper())
    for each in (mode, "RGB", "L", "1"):
        try:
            Image.fromarray(pixels).convert("L" if each == "I;16" else each).convert(each).save(file, written)
            return file.getvalue()
        except (OSError, ValueError, KeyError):
            file = io.BytesIO()
    return b""


@cache
def _weights() -> "dict[str, object]":
    generator, _ = build(find_variant("gan-shallow"), ImageShape(1, SIDE, 10), seed=0)
    return dict(generator.state_dict())


CASES = {
    "npz": npz,
    "safetensors": safetensors,
    "generators": generators,
    "pictures": pictures,
    "names": names,
    "paths": paths,
}
