"""Cases of folders: trees of pictures, links, splits and formats, held to what docs/own-images.md says of them.

What is expected is worked out here from the tree that was drawn, by other means than the harness reads it with: every
picture has a colour of its own, so that what comes out says where each went.
"""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
from hypothesis.strategies import DataObject, SearchStrategy, binary, booleans, integers, lists
from hypothesis.strategies import sampled_from as one_from
from PIL import Image

from benchmark.datasets.catalog import find_dataset
from benchmark.datasets.content_key import content_key
from benchmark.datasets.folder_layout import TENTHS, split_of
from benchmark.errors import UserError
from benchmark.notices import tell_once
from benchmark.records import Split
from tools.fuzz.sandbox import ViolationError, given

ROOT = Path("given/photos")
SIDE = 4
CLASSES = ("cat", "dog", "a b", "\U0001f600", "line\nend", "\x1b[2J", "train1", "tests", "value", "a", "MODE")
HIDDEN = (".git", "__MACOSX", "@eaDir")
SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "Train", "TRAIN", "training", "Training"), "train"),
    **dict.fromkeys(("val", "Val", "valid", "Valid", "VALIDATION", "validation"), "validation"),
    **dict.fromkeys(("test", "Test", "TEST", "testing"), "test"),
}
# Formats that keep a colour as it is, or nearly, with the modes that each holds; a deep grey's values are 16 bits.
FORMATS = {
    "png": ("L", "RGB", "RGBA", "P", "LA", "I;16"),
    "PNG": ("L", "RGB"),
    "tiff": ("L", "RGB", "I;16", "I"),
    "bmp": ("L", "RGB"),
    "gif": ("L", "P"),
    "webp": ("RGB",),
    "jpg": ("L", "RGB"),
    "JPEG": ("RGB",),
    "ppm": ("RGB",),
    "pgm": ("L",),
    "tga": ("L", "RGB"),
    "ico": ("RGB",),
}
OTHERS = ("txt", "pdf", "eps", "h5", "mpg", "fits", "grib", "json", "csv", "mp4", "", "PDF")
NAMES: SearchStrategy[str] = one_from(("1", "2", "x", "a\nb", "\udcff", "e\u0301", "sp ace", "train", "50%"))
STEP = 3  # between the greys of two pictures: what JPEG and palettes change is less


@dataclass
class Drawn:
    """A tree as it was drawn.

    Attributes:
        greys: Of each picture, by its path beneath the root.
        others: How many other files there are that can be seen.
    """

    greys: dict[PurePosixPath, int] = field(default_factory=dict)
    others: int = 0


def folders(source: DataObject) -> None:
    """A folder of pictures: each is used with the split and class that the documentation says, or it is refused."""
    drawn = _tree(source)
    links = _links(source, drawn)
    tell_once.cache_clear()
    with contextlib.redirect_stderr(io.StringIO()) as errors:
        _check_read(drawn, links)
    _check_lines(errors.getvalue().splitlines(), drawn, links)


@dataclass
class Links:
    """Symbolic links that were laid.

    Attributes:
        greys: Of the pictures that they add, by their paths beneath the root.
        nowhere: How many lead nowhere.
        again: How many lead to what is read already.
    """

    greys: dict[PurePosixPath, int] = field(default_factory=dict)
    nowhere: int = 0
    again: int = 0


def _tree(source: DataObject) -> Drawn:
    drawn = Drawn()
    ROOT.mkdir(parents=True)
    tops = source.draw(lists(one_from((*SPLITS, *CLASSES)), max_size=4, unique=True))
    if source.draw(booleans()):  # most of those that are drawn freely are refused
        tops = [top for top in tops if top in SPLITS] or ["Train"]
    for _ in range(source.draw(integers(0, 12))):
        folder = _folder(source, tops)
        name, suffix = source.draw(NAMES), source.draw(one_from(tuple(FORMATS)))
        path = PurePosixPath(folder, f"{name}{len(drawn.greys)}.{suffix}")
        if _write(path, suffix, source.draw(one_from(FORMATS[suffix])), STEP * len(drawn.greys) + 100):
            drawn.greys[path] = STEP * len(drawn.greys) + 100
    for number in range(source.draw(integers(0, 3))):
        name = f"other{number}.{source.draw(one_from(OTHERS))}".rstrip(".")
        drawn.others += _put(PurePosixPath(_folder(source, tops), name), source.draw(binary(max_size=20)))
    for hidden in source.draw(lists(one_from(HIDDEN), max_size=2, unique=True)):
        _write(PurePosixPath(_folder(source, tops), hidden, "hidden.png"), "png", "L", 7)
    return drawn


def _folder(source: DataObject, tops: list[str]) -> PurePosixPath:
    top = source.draw(one_from(tops)) if tops else ""
    deeper = source.draw(lists(one_from(CLASSES), max_size=3))
    if source.draw(integers(0, 30)) == 0:
        deeper.append(source.draw(one_from(tuple(SPLITS))))
    return PurePosixPath(top, *deeper)


def _put(path: PurePosixPath, content: bytes) -> bool:
    try:
        given(Path("photos", path), content)
    except (OSError, UnicodeEncodeError):
        return False  # no name of a file here
    return True


def _write(path: PurePosixPath, suffix: str, mode: str, grey: int) -> bool:
    return _put(path, _picture(suffix.lower(), mode, grey))


@cache
def _picture(suffix: str, mode: str, grey: int) -> bytes:
    """A picture of one grey; deep ones have it in the upper of two bytes, so that white is 65535."""
    if mode in ("I;16", "I"):
        picture = Image.fromarray(np.full((5, 6), grey * 257, np.uint16 if mode == "I;16" else np.int32))
    else:
        plain = Image.new("L", (5, 6), grey)
        picture = plain.convert(mode) if mode == "P" else plain.convert("RGB").convert(mode)
    file = io.BytesIO()
    picture.save(file, Image.registered_extensions()[f".{suffix}"], **({"quality": 100} if suffix == "jpg" else {}))
    return file.getvalue()


def _links(source: DataObject, drawn: Drawn) -> Links:
    """Lay links right beneath the root's folders: in circles, to nothing, above, to each other, and elsewhere."""
    links = Links()
    kinds = ("nowhere", "circle", "above", "again", "elsewhere")
    inside = sorted({path.parent for path in drawn.greys if path.parent != PurePosixPath()})
    for number, kind in enumerate(source.draw(lists(one_from(kinds), max_size=4))):
        place = source.draw(one_from(inside)) if inside else PurePosixPath()
        path = ROOT / place / f"link{number}"
        target = {"nowhere": Path("no", "such"), "circle": Path(path.name), "above": Path.cwd()}.get(
            kind, ROOT.absolute()
        )
        if kind == "elsewhere":
            target = Path(f"given/elsewhere{number}").absolute()
            grey = STEP * (len(drawn.greys) + len(links.greys)) + 100
            given(Path(f"elsewhere{number}", "deep", f"{number}.png"), _picture("png", "L", grey))
            links.greys[place / path.name / "deep" / f"{number}.png"] = grey
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        links.nowhere += kind in ("nowhere", "circle")
        links.again += kind in ("above", "again")
    return links


def _check_read(drawn: Drawn, links: Links) -> None:
    """Read the folder, all splits, and hold what comes out to what was drawn.

    Raises:
        UserError: if it is refused, and has to be.
        ViolationError: if it is refused and has not to be, or the other way round, or is misread.
    """
    expected = drawn.greys | links.greys
    dataset = find_dataset(f"folder:{ROOT}")
    wrong = _wrong(expected)
    try:
        content_key(dataset, Path("data"), SIDE)
        found = dict(_found(dataset.name))
    except UserError as error:
        if not wrong:
            raise ViolationError(f"refused, and nothing is wrong: {error}") from error
        raise
    if wrong:
        raise ViolationError(f"not refused, though {wrong}")
    _check_found(found, expected)


def _wrong(expected: dict[PurePosixPath, int]) -> str:
    """Why the documentation says that a folder is refused; "" if it does not."""
    if not expected:
        return "there are no pictures"
    tops = {path.parts[0] for path in expected if len(path.parts) > 1}
    has_splits = any(top in SPLITS for top in tops)
    for path in expected:
        if has_splits and (len(path.parts) == 1 or path.parts[0] not in SPLITS):
            return f"{path} is in no split"
        its_own = SPLITS[path.parts[0]] if has_splits else None
        for name in path.parts[1:-1]:
            if name in SPLITS and SPLITS[name] != its_own:
                return f"{path} is in two splits"
    return ""


def _found(name: str) -> Iterator[tuple[int, tuple[Split, int, int]]]:
    """For the grey of each image its split, its label, and the number of labels."""
    for split in TENTHS:
        content = find_dataset(name).read(Path("data"), split, SIDE)
        for number, label in enumerate(content.labels.tolist()):
            (image,) = content.part(number, number + 1)
            grey = round((float(image.mean()) - 100) / STEP) * STEP + 100
            if abs(float(image.mean()) - grey) > 1 or np.ptp(image) > 2:
                raise ViolationError(f"{split}, {number}: not of one grey that was drawn: {image.tolist()}")
            yield grey, (split, label, content.classes)


def _check_found(found: dict[int, tuple[Split, int, int]], expected: dict[PurePosixPath, int]) -> None:
    if sorted(found) != sorted(expected.values()):
        raise ViolationError(f"pictures of the greys {sorted(expected.values())}; read were {sorted(found)}")
    has_splits = any(path.parts[0] in SPLITS and len(path.parts) > 1 for path in expected)
    depth = 1 if has_splits else 0
    names = {path: path.parts[depth] if len(path.parts) > depth + 1 else "" for path in expected}
    order = sorted(set(names.values()))
    for path, grey in expected.items():
        split = SPLITS[path.parts[0]] if has_splits else split_of(Path(path))
        wanted = (split, order.index(names[path]), len(order))
        if found[grey] != wanted:
            raise ViolationError(f"{path}: split, class and number of classes are {found[grey]}, not {wanted}")


def _check_lines(lines: list[str], drawn: Drawn, links: Links) -> None:
    """What is left out is told, each kind in a line with the right number, and nothing else is."""
    expected = drawn.greys | links.greys
    doubted = [line for line in lines if line.startswith(f"ganbench: {ROOT}: taken for classes: ")]
    if len(doubted) != _is_doubtful(expected):
        raise ViolationError(f"classes that may be splits: {[str(path) for path in expected]}; told: {lines}")
    lines = [line for line in lines if line not in doubted]
    told = {"no pictures by their names": drawn.others, "links that lead nowhere": links.nowhere}
    told["second ways to folders that are read"] = links.again
    for kind, count in told.items():
        about = [line for line in lines if f"left out, {kind}: " in line]
        if len(about) != bool(count) or (count > 1 and not about[0].endswith(f" and {count - 1} more")):
            raise ViolationError(f"{count} {kind}; told: {lines}")
    if len(lines) != sum(map(bool, told.values())) or not all(line.startswith("ganbench: ") for line in lines):
        raise ViolationError(f"lines of which some are of nothing: {lines}")


def _is_doubtful(expected: dict[PurePosixPath, int]) -> bool:
    tops = {path.parts[0] for path in expected if len(path.parts) > 1}
    return bool(tops & {"train1", "tests"}) and not any(top in SPLITS for top in tops)


CASES = {"folders": folders}
