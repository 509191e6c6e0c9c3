"""A checkout that was moved: MLflow keeps absolute places of artifacts, which then point to where it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmark.paths import Paths

ARTIFACTS = "artifacts"
# Where MLflow's tables keep places of artifacts.
PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def relocate(paths: Paths) -> str:
    """Have the database under runs/ name the artifacts that lie beside it, if they lay elsewhere when it was written.

    Only experiments whose folder lies under runs/artifacts/ are touched; a database that cannot be written stays.

    Returns:
        What to say to a person; "" if nothing was moved.
    """
    database, here = paths.runs / "mlflow.db", (paths.runs.resolve() / ARTIFACTS).as_uri()
    if not database.is_file():
        return ""
    try:
        with closing(sqlite3.connect(database, timeout=10)) as connection:
            moved = sorted({before for before in _earlier(connection, paths.runs / ARTIFACTS) if before != here})
            changed = sum(_rewrite(connection, before, here) for before in moved)
            connection.commit()
    except (sqlite3.Error, UnicodeDecodeError):
        return ""  # whoever reads it next says what is wrong with it
    if not changed:
        return ""
    return f"{database}: artifacts that were recorded in {', '.join(moved)} are now found in {here}"


def _earlier(connection: sqlite3.Connection, artifacts: Path) -> Iterator[str]:
    """The folder of artifacts that experiments which lie in this one were recorded in."""
    for name, location in connection.execute("SELECT name, artifact_location FROM experiments"):
        folder = artifacts / str(name)
        before, _, last = str(location).rpartition("/")
        if folder.is_dir() and last == folder.absolute().as_uri().rpartition("/")[2]:
            yield before


def _rewrite(connection: sqlite3.Connection, before: str, here: str) -> int:
    rows = 0
    for table, column in PLACES:
        # Of a prefix of the places themselves: LIKE would take _ and % in a folder's name for any character.
        command = f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?"
        length = len(before) + 1
        rows += connection.execute(command, (here, length, length, f"{before}/")).rowcount
    return rows
