"""Files that a person names to be written: looked at before anything is computed, so that no score is lost."""

import os
from pathlib import Path
from tempfile import TemporaryFile

from benchmark.errors import UserError
from benchmark.files import atomic_write


def check_output(path: Path | None) -> None:
    """Make the folder of a file that is to be written later, if any is, and see whether it can be.

    Raises:
        UserError: if it is a folder or a device, or its folder cannot be made or written to.
    """
    if path is None:
        return
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"--output {str(path)!r}: is a {'folder' if path.is_dir() else 'device'}; name a file")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"{path.name}.{os.getpid()}.tmp").exists()  # the name of the unfinished file may be too long
        with TemporaryFile(dir=path.parent):
            pass
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error


def check_output_folder(path: Path) -> None:
    """Make a folder that files are to be written into later, and see whether they can be.

    Raises:
        UserError: if it holds anything, which would be mixed with what is written; or it cannot be made or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise UserError(f"--output {str(path)!r}: is a folder that holds something; name a new or an empty one")
        with TemporaryFile(dir=path):
            pass
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error


def write_output(path: Path, text: str) -> None:
    """Write a file that was looked at, whole or not at all.

    Raises:
        UserError: if it cannot be written after all.
    """
    try:
        with atomic_write(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError | ValueError) -> UserError:
    """What is said of a file that cannot be written."""
    return UserError(f"--output {str(path)!r}: cannot be written: {getattr(error, 'strerror', None) or error}")
