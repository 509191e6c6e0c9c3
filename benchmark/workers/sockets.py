"""The sockets between processes: whether one has room, and where they lie.

An address has some hundred bytes at most, and TMPDIR may have more.
"""

import os
import select
import tempfile
from multiprocessing import util
from multiprocessing.connection import Connection

from benchmark.errors import UserError
from benchmark.plain_text import shown

MOST_BYTES = 103  # of an address on macOS; Linux has four more
BELOW = len("/pymp-12345678/listener-12345678")  # what Python adds to the folder of temporary files
SHORT = ("/tmp", "/var/tmp")


def shorten_addresses() -> None:
    """Have the sockets of this process lie in a folder whose name is short enough.

    Called before the first of them; the folder for temporary files stays what it is for everything else.

    Raises:
        UserError: if TMPDIR is too long and there is no other folder.
    """
    folder = tempfile.gettempdir()
    if _is_short(folder):
        return
    short = next((place for place in SHORT if os.access(place, os.W_OK | os.X_OK)), None)
    if short is None:
        most = MOST_BYTES - BELOW
        raise UserError(f"TMPDIR = {shown(folder)}: too long for sockets; name a folder of {most} letters at most")
    try:
        tempfile.tempdir = short
        util.get_temp_dir()  # asked once and remembered, which is what all sockets lie in
    finally:
        tempfile.tempdir = folder


def has_room(pipe: Connection) -> bool:
    """Whether a few kilobytes can be sent now without waiting for whoever listens."""
    look = select.poll()
    look.register(pipe, select.POLLOUT)
    return any(found & select.POLLOUT for _, found in look.poll(0))


def _is_short(folder: str) -> bool:
    return len(os.fsencode(folder)) + BELOW <= MOST_BYTES
