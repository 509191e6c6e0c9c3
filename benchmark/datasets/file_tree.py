"""All files beneath a folder, through symbolic links: every folder once, so that loops of links end."""

import errno
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from benchmark.errors import UserError

HIDDEN_NAMES = ("__MACOSX", "@eaDir")  # what macOS and a storage device lay beside pictures
BROKEN, AGAIN, NO_FILES = "links that lead nowhere", "second ways to folders that are read", "no files"
FILE, FOLDER = "file", "folder"
# What the machine says of links to what is not there, to each other in a circle, through a file, and to no name at all.
NOWHERE = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENAMETOOLONG)


@dataclass
class FileTree:
    """What was found.

    Attributes:
        files: In the order in which they were met.
        left_out: The rest that a person can see, by why it is left out.
    """

    files: list[Path] = field(default_factory=list)
    left_out: dict[str, list[Path]] = field(default_factory=dict)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of that name is nothing that a person put there to be seen."""
    return name.startswith(".") or name in HIDDEN_NAMES


def walk(root: Path) -> FileTree:
    """Find all files beneath a folder, hidden ones left out.

    A folder that several paths lead to is read by one of them: that with the fewest links, of these the first by
    name.

    Args:
        root: A folder, or a link to one.

    Raises:
        UserError: naming a folder or a file that cannot be looked at, since what it holds would be left out unseen.
    """
    tree = FileTree()
    top = root.resolve()
    seen = {_identity(folder) for folder in top.parents}  # a link to one of them leads back here
    waiting = deque([root])
    while waiting:
        path = waiting.popleft()
        if _identity(path) in seen:
            tree.left_out.setdefault(AGAIN, []).append(path)
        else:
            waiting.extend(sorted(_read_folder(path, seen, tree)))
    return tree


def _read_folder(top: Path, seen: set[tuple[int, int]], tree: FileTree) -> list[Path]:
    """Add the files beneath a folder to the tree, and give the links to other folders."""
    links: list[Path] = []
    folders = [top]
    while folders:
        folder = folders.pop()
        identity = _identity(folder)
        if identity in seen:  # as where a link led to a folder around it
            tree.left_out.setdefault(AGAIN, []).append(folder)
            continue
        seen.add(identity)
        for entry in _entries(folder):
            path = Path(entry.path)
            kind = _kind(entry)
            used = {FILE: tree.files, FOLDER: links if entry.is_symlink() else folders}
            (used[kind] if kind in used else tree.left_out.setdefault(kind, [])).append(path)
    return links


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry for entry in entries if not is_hidden(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        _refuse(error)
    yield from found


def _kind(entry: "os.DirEntry[str]") -> str:
    try:
        if entry.is_dir():
            return FOLDER
        if entry.is_file():
            return FILE
        return BROKEN if entry.is_symlink() and not Path(entry.path).exists() else NO_FILES
    except OSError as error:
        if entry.is_symlink() and error.errno in NOWHERE:
            return BROKEN
        _refuse(error)


def _identity(folder: Path) -> tuple[int, int]:
    try:
        status = folder.stat()
    except OSError as error:
        _refuse(error)
    return status.st_dev, status.st_ino


def _refuse(error: OSError) -> NoReturn:
    raise UserError(f"{error.filename}: {error.strerror}") from error
