"""Where Optuna keeps its studies: the journal's file, or a database, which may be a server's."""

from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock
from optuna.storages import BaseStorage, RDBStorage, get_storage
from optuna.storages.journal import JournalFileOpenLock
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from benchmark.addresses import STORAGE, check, is_local, redacted
from benchmark.errors import UserError
from benchmark.study.journal import open_journal, trim

CONNECT_SECONDS = 10
# Drivers whose connections take a limit by this name; without one, a host that drops packets is waited for minutes.
_LIMITED = ("psycopg", "psycopg2", "pymysql")


class KernelLock(JournalFileOpenLock):
    """A lock that ends with its process: Optuna's own outlives a killed one, and the next waits half a minute for it.

    Args:
        path: The file to lock.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._lock = FileLock(path)

    def acquire(self) -> bool:
        """Wait for the lock."""
        self._lock.acquire()
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()


def open_storage(journal: Path, url: str | None) -> BaseStorage:
    """Optuna's storage: a database if there is a URL, else the journal file.

    A journal whose last line was cut off by a crash, or which is damaged, is mended first.

    Raises:
        UserError: if the database cannot be used.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if url:
        address = check(url, STORAGE)
        try:
            return get_storage(RDBStorage(address, engine_kwargs=_engine_settings(address)))
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise _refusal(url, error) from error
    journal.parent.mkdir(parents=True, exist_ok=True)
    lock_path = journal.with_name(f"{journal.name}.kernel-lock")
    if journal.is_file():
        # Under the lock: what looks cut off may be another study's append under way.
        with FileLock(lock_path):
            trim(journal)
    return open_journal(journal, KernelLock(lock_path), lock_path)


def check_storage(url: str | None) -> None:
    """Reach for a server's database once, before there is anything to lose.

    Args:
        url: Of the storage; None for the journal.

    Raises:
        UserError: if the server is not there, does not know the database, or does not let this user in.
    """
    if url is None or is_local(url):
        return
    address = check(url, STORAGE)
    engine = create_engine(address, **_engine_settings(address))
    try:
        with engine.connect():
            pass
    except SQLAlchemyError as error:
        raise _refusal(url, error) from error
    finally:
        engine.dispose()


def _engine_settings(address: str) -> dict[str, Any]:
    """How connections to a server are made; a file's are as Optuna makes them."""
    if is_local(address):
        return {}
    url = make_url(address)
    limited = url.get_driver_name() in _LIMITED and "connect_timeout" not in url.query
    # One that a server's restart has cut is noticed, and made anew, before it is used.
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": CONNECT_SECONDS} if limited else {}}


def _refusal(url: str, error: Exception) -> UserError:
    reason = redacted(str(error).partition("\n")[0])
    return STORAGE.error(url, f"not a storage that Optuna can open: {reason}")
