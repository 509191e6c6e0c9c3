"""MLflow's SQLite file: whether it is whole, and what to do when it is not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

from benchmark.addresses import sqlite_file
from benchmark.errors import UserError

READERS = ("mlflow", "sqlalchemy", "alembic", "sqlite3")


def database_file(uri: str) -> Path | None:
    """The file of an SQLite address; None of any other, and where there is no file yet."""
    path = sqlite_file(uri)
    return path if path and path.is_file() and path.stat().st_size else None


def check_database(path: Path, check: str = "integrity_check") -> None:
    """Read a database once; MLflow would find out later, or read something else.

    Args:
        path: The file.
        check: SQLite's; "quick_check" does not hold indices to their tables, which takes most of the time.

    Raises:
        UserError: if it is not whole.
    """
    try:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            (found,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
    except sqlite3.OperationalError:
        return  # held by another process, or may not be read: MLflow says which
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # its schema is text, too
        raise damaged(path, error) from error
    if found != "ok":
        raise damaged(path, found)


def damaged(path: Path, reason: object) -> UserError:
    """What to tell a person of a database that cannot be read."""
    why = " ".join(str(reason).split())[:200]
    return UserError(
        f"{path}: MLflow cannot read it ({why}): move it away and run the study again, which writes it anew from the "
        "records, or bring back a copy"
    )


@contextmanager
def reading(uri: str) -> Iterator[None]:
    """Whatever a damaged SQLite file makes MLflow raise in the block is a person's error that names the file.

    Args:
        uri: MLflow's; errors of other stores, and of the block's own code, stay what they are.

    Raises:
        UserError: saying what to do about the file.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        file = database_file(uri)
        if file is None or not is_readers(error):
            raise
        raise damaged(file, error) from error


def is_readers(error: BaseException) -> bool:
    """Whether an error came up in what reads the database, not in what asks for it."""
    return any(_module(frame).partition(".")[0] in READERS for frame in _frames(error.__traceback__))


def _frames(trace: TracebackType | None) -> list[TracebackType]:
    found = []
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _module(trace: TracebackType) -> str:
    return str(trace.tb_frame.f_globals.get("__name__", ""))
