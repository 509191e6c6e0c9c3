"""The processes of a command: all of its session, whoever their parents are by now."""

import os
from contextlib import suppress

import psutil

ZOMBIE: str = psutil.STATUS_ZOMBIE


def processes_of(session: int) -> list[psutil.Process]:
    """Those of a session that have not ended, its leader first.

    Args:
        session: Process id of its leader.
    """
    found = []
    for pid in psutil.pids():
        with suppress(OSError, psutil.Error):
            if os.getsid(pid) == session and psutil.Process(pid).status() != ZOMBIE:
                found.append(psutil.Process(pid))
    return sorted(found, key=lambda process: process.pid)


def helpers_of(session: int) -> list[psutil.Process]:
    """Workers, errands and the server that they are forked from: all but the leader and what only cleans up."""
    helpers = []
    for process in processes_of(session):
        with suppress(psutil.Error):
            if process.pid != session and "resource_tracker" not in " ".join(process.cmdline()):
                helpers.append(process)
    return helpers
