"""Optuna's journal, line by line: each carries a digest, and from the first damaged one on it is written again.

Nothing is lost by that. Trials are drawn from seeds, and those that have ended left their records: a search whose end
is missing asks for the same trials again, and is told at once how they went.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from benchmark.digests import BLANK, KEY, check_whole, sealed, tell_damaged
from benchmark.errors import UserError


class CheckedJournal(JournalFileBackend):
    """A journal file whose lines are sealed when they are written and checked when they are read.

    Args:
        path: The file.
        lock: Held while a line is written.

    Attributes:
        number: Of the line that was read last, from 1.
        begin: Where in the file it begins.
    """

    def __init__(self, path: Path, lock: JournalFileOpenLock) -> None:
        super().__init__(str(path), lock_obj=lock)
        self.number = self.begin = 0
        self._path = path
        self._ends = [0]  # where each line that was read begins, and the next one will

    def read_logs(self, log_number_from: int) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """The lines from a number on; the last one only when its end is there.

        Raises:
            UserError: if a line is not as it was written.
        """
        with self._path.open("rb") as file:
            file.seek(self._ends[log_number_from])
            del self._ends[log_number_from + 1 :]
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self.number, self.begin = len(self._ends), self._ends[-1]
                log = self._parsed(line)
                self._ends.append(self._ends[-1] + len(line))
                yield log

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Write lines, each with its digest."""
        super().append_logs([_sealed(log) for log in logs])

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            log: dict[str, Any] = json.loads(check_whole(line.rstrip()))
            log.pop(KEY, None)
        except (ValueError, AttributeError) as error:
            raise UserError(
                f"{self._path}: line {self.number} is damaged ({error}): end what runs and run the study again, "
                "which makes it anew from the records"
            ) from error
        return log


def open_journal(path: Path, lock: JournalFileOpenLock, kernel_lock: Path) -> JournalStorage:
    """A journal as a storage; from the first line on that cannot be read it is cut off, which is said in one line.

    Args:
        path: The file; made if it is not there.
        lock: Held while a line is written.
        kernel_lock: The file that is locked meanwhile.

    Raises:
        UserError: if it is damaged while another study is running with it.
    """
    journal = CheckedJournal(path, lock)
    try:
        return JournalStorage(journal)
    except OSError:
        raise
    except Exception as error:  # of a line without a digest, Optuna may raise anything
        with FileLock(kernel_lock):
            _cut_off(path, journal, error)
    return JournalStorage(CheckedJournal(path, lock))


def trim(path: Path) -> None:
    """Take away the end of a line that a crash cut off, since the next append would spoil it for good."""
    with path.open("rb+") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            file.truncate(whole)


def _cut_off(path: Path, journal: CheckedJournal, error: Exception) -> None:
    """Take away the line that was read last and what follows, and keep the whole beside it."""
    line = f"line {journal.number}"
    if holder := _other_holder(path.parent / "work"):
        raise UserError(f"{path}: {line} is damaged: end process {holder}, which works with it, and run again")
    aside = path.with_name(f"{path.name}.damaged")
    shutil.copyfile(path, aside)
    remedy = f"from there on made again from the records; the whole is kept as {aside.name}"
    tell_damaged(path, f"{line}: {error.__cause__ or error}", remedy)
    os.truncate(path, journal.begin)


def _other_holder(work: Path) -> str:
    """The process that runs another study of the same folder; "" if there is none."""
    for lock in work.glob("*/lock"):
        holder = lock.with_name("holder")
        pid = holder.read_text(encoding="utf-8", errors="replace") if holder.is_file() else "unknown"
        if pid == str(os.getpid()):
            continue
        try:
            with FileLock(lock, blocking=False):
                pass
        except Timeout:
            return pid
    return ""


def _sealed(log: dict[str, Any]) -> dict[str, Any]:
    blank = {KEY: BLANK, **log}
    digest = json.loads(sealed(json.dumps(blank, separators=(",", ":")).encode()))[KEY]
    return {**blank, KEY: digest}
