"""Tracebacks: the one place in them that a person is told, and the whole in a file."""

import tempfile
from datetime import datetime
from pathlib import Path
from traceback import walk_tb
from types import FrameType

import ganzoo
from ganzoo.entry_points import own_packages
from ganzoo.slips import attribute_of, explained, explained_anywhere, misfit_of

OURS = frozenset({"benchmark", "ganzoo", "reports"})
HARNESS = ("benchmark/", "reports/")
# Where a checkout's own parts are written, in the harness's tree.
PARTS = ("benchmark/datasets/", "benchmark/metrics/", "benchmark/scoring/extractors/")
_KEPT = "place_in_code"  # an attribute, which an exception takes along through a pipe, as it does not its traceback


def place_of(error: BaseException) -> str:
    """The innermost line of an exception's traceback that lies in the project or in a package that adds parts.

    Returns:
        As in "ganzoo/losses/hinge.py, line 12"; "" if there is none.
    """
    if kept := vars(error).get(_KEPT):
        return str(kept)
    if isinstance(error, SyntaxError) and error.filename:  # the file that cannot be read has no line of its own in it
        return _of_syntax(Path(error.filename), error.lineno)
    known = OURS | own_packages()
    ours = [(frame, line) for frame, line in walk_tb(error.__traceback__) if _top(frame) in known]
    return f"{_file(ours[-1][0])}, line {ours[-1][1]}" if ours else ""


def slip_of(error: BaseException) -> str:
    """One line for a slip of whoever wrote a part's file; "" of any other error.

    Most are met when the file is imported; a name that nothing has is one wherever it is met.

    Returns:
        As in "ganzoo/losses/margin.py, line 12: Loss has no field 'limit'; did you mean 'limits'? ...".
    """
    if (place := place_of(error)) and (told := explained_anywhere(error)):
        return f"{place}: {told}"
    if isinstance(error, SyntaxError) and place:
        return f"{place}: {error.msg}"
    if _of_a_part(place) and (told := attribute_of(error)):
        return f"{place}: {told}"
    known = OURS | own_packages()
    own, told = misfit_of(error, known)
    if _of_a_part(own):
        return f"{own}: {told}"
    importing = [
        f"{_file(frame)}, line {line}"
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_name == "<module>" and _top(frame) in known
    ]
    told = explained(error) if importing else ""
    return f"{importing[-1]}: {told}" if told else ""


def _of_a_part(place: str) -> bool:
    """Whether a place is in a file that somebody may have written a part in: elsewhere it is a fault of ours."""
    return bool(place) and (place.startswith(PARTS) or not place.startswith(HARNESS))


def keep_place(error: BaseException) -> None:
    """Have an exception remember its place where it goes through a pipe, which leaves its traceback behind."""
    vars(error)[_KEPT] = place_of(error)


def with_place(line: str, error: BaseException) -> str:
    """A line that says what went wrong, and where in the code if that is known."""
    place = place_of(error)
    return f"{line} ({place})" if place else line


def write_log(text: str, folder: Path) -> Path:
    """Write a traceback into a file of its own.

    Args:
        text: Of the traceback, without passwords.
        folder: Made if need be.

    Returns:
        The file.

    Raises:
        OSError: if nothing can be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", prefix=f"{datetime.now():%Y-%m-%d-%H%M%S}-", suffix=".log", dir=folder, delete=False, encoding="utf-8",
        errors="backslashreplace",
    ) as file:  # fmt: skip
        file.write(text)
    return Path(file.name)


def _top(frame: FrameType) -> str:
    """The top package of a frame's code; "" of code that is in no file, such as what `dataclasses` writes."""
    in_a_file = frame.f_code.co_filename.endswith(".py")
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] if in_a_file else ""


def _file(frame: FrameType) -> str:
    name = str(frame.f_globals["__name__"]).replace(".", "/")
    return f"{name}/__init__.py" if frame.f_code.co_filename.endswith("__init__.py") else f"{name}.py"


def _of_syntax(file: Path, line: int | None) -> str:
    root = Path(str(ganzoo.__file__)).parents[1]
    shown = file.relative_to(root) if file.is_relative_to(root) else Path(file.name)
    return f"{shown.as_posix()}, line {line}"
