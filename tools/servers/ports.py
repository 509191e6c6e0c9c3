"""Where servers listen: on this host alone."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A port of this host that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
