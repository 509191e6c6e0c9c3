"""The changes, by mutmut: a copy of the code in mutants/ that holds them all, one of which is switched on at a time."""

import shutil
from contextlib import redirect_stdout
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path

from mutmut.__main__ import create_mutants
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.utils.file_utils import (
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
    walk_mutatable_files,
)

from tools.mutants.survivors import Change, change_of

FOLDER = Path("mutants")


def make(patterns: list[str], processes: int) -> dict[str, Path]:
    """Write mutants/ anew, as [tool.mutmut] of pyproject.toml asks, and have its code imported from now on.

    Args:
        patterns: Of names, as in `ganzoo.losses.*`; all if empty.
        processes: How many files are changed at a time.

    Returns:
        The file of each change, by the change's name.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    with redirect_stdout(StringIO()):  # the name of every file
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(processes)
    setup_source_paths()
    return {name: file for file in walk_mutatable_files() for name in _names(file) if _is_asked_for(name, patterns)}


def described(name: str, file: Path) -> Change:
    """What a change does."""
    return change_of(name, get_diff_for_mutant(name, path=file))


def _names(file: Path) -> list[str]:
    data = SourceFileMutationData(path=file)
    data.load()
    return [name.replace("__init__.", "") for name in data.exit_code_by_key]


def _is_asked_for(name: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatch(name, pattern) for pattern in patterns)
