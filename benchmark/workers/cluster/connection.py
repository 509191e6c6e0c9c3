"""A connection to a Ray cluster, or one line that says why there is none."""

import logging
import os
import socket
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import urlsplit

from benchmark.errors import UserError
from benchmark.workers.cluster.asked import JOINED, RAY

INSTALL = "pip install 'ganbench[ray]'"
KNOCK_SECONDS = 10.0


def connected(address: str) -> Any:
    """Ray, connected to a cluster.

    Raises:
        UserError: if it is not installed, or there is no such cluster.
    """
    try:
        import ray
    except ImportError as error:
        raise UserError(f"--workers ray: Ray is not installed: {INSTALL}") from error
    asked = RAY if address == JOINED else address
    try:
        _reach(_address_here() if address == JOINED else address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False)
    except Exception as error:  # whatever gRPC and Ray raise of an address, a version or a network
        told = gist(error)
        if address == JOINED and not os.environ.get("RAY_ADDRESS"):
            told = "there is none here: `ray start --head` makes one, `ray start --address=HOST:6379` joins one"
        raise UserError(f"--workers {asked}: no Ray cluster answers: {told}") from error
    return ray


def _address_here() -> str:
    """The cluster that this host is part of, as the environment says or `ray start` noted; "" if neither does.

    That note outlives a cluster that was killed.
    """
    note = Path(os.environ.get("RAY_TMPDIR") or gettempdir(), "ray", "ray_current_cluster")
    with suppress(OSError):
        return os.environ.get("RAY_ADDRESS") or note.read_text(encoding="utf-8").strip()
    return ""


def _reach(address: str) -> None:
    """Knock at an address, if it names a port: Ray itself would wait for minutes for one that nobody listens at.

    Raises:
        OSError: if nobody does.
    """
    parts = urlsplit(address if "://" in address else f"//{address}")
    if parts.hostname and parts.port:
        try:
            socket.create_connection((parts.hostname, parts.port), KNOCK_SECONDS).close()
        except OSError as error:
            raise OSError(f"{address}: {error.strerror or error}") from error


def gist(told: object) -> str:
    """A line of what Ray tells, which may hold a traceback of another process: the first, or what it announces."""
    lines = [line.strip() for line in str(told).splitlines() if line.strip()] or [""]
    return f"{lines[0]} {lines[-1]}" if lines[0].endswith(":") and len(lines) > 1 else lines[0]
