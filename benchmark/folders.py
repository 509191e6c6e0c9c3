"""The folder of all that is written, as it may be found: absent, a file, a link to nothing, denied, or read-only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.errors import UserError
from benchmark.paths import DATA, ROOT, RUNS, Paths, named


def check_places() -> None:
    """Make sure that the places which the environment names can be places.

    Raises:
        UserError: naming the variable, its value, and what is allowed.
    """
    root = named(ROOT)
    if root is not None and not root.is_dir():
        raise UserError(f"--root {root}: {'a file' if root.exists() else 'not there'}; it must be a folder")
    for variable in (RUNS, DATA):
        place = named(variable)
        above = _first_there(place) if place else None
        if above is not None and not above.is_dir():
            raise UserError(f"{variable} = {place}: {above} is a file; it must be a folder, or one that can be made")


def _first_there(path: Path) -> Path:
    """A path, or the nearest above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


def check_runs(paths: Paths) -> None:
    """Make sure that runs/ can be read, or made.

    Raises:
        UserError: naming what stands in its place, or who may not read it.
    """
    runs = paths.runs
    if runs.is_symlink() and not runs.exists():
        raise UserError(f"{runs}: a link to {runs.readlink()}, which is not there; make it, or remove the link")
    if runs.exists() and not runs.is_dir():
        raise UserError(f"{runs}: a file; everything is written to a folder of that name, so move the file away")
    if runs.is_dir() and not os.access(runs, os.R_OK | os.X_OK):
        raise UserError(f"{runs}: may not be read; give yourself the rights (chmod u+rwX {runs.name})")
    above = _first_there(runs.parent)
    if not runs.exists() and above.is_dir() and not os.access(above, os.W_OK):
        raise UserError(f"{runs}: cannot be made, for {above} may not be written to; start in another folder")


def is_read_only(paths: Paths) -> bool:
    """Whether runs/ is there and nothing can be written to it."""
    return paths.runs.is_dir() and not os.access(paths.runs, os.W_OK)


@contextmanager
def staying(witness: Path, runs: Path) -> Iterator[None]:
    """Say so if runs/ was deleted in the block, rather than what came of it.

    Args:
        witness: A file that is there as long as runs/ is what it was.
        runs: For the message.

    Raises:
        UserError: if the file is gone, whatever else happened.
    """
    try:
        yield
    except Exception as error:
        if witness.exists():
            raise
        raise UserError(_deleted(runs)) from error
    if not witness.exists():
        raise UserError(_deleted(runs))


def _deleted(runs: Path) -> str:
    return f"{runs}: was deleted while the study ran; the same command begins it again, or goes on once it is back"
