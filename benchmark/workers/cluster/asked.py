"""What `--workers` asks for: a number of processes of this host, or actors of a Ray cluster."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from benchmark.errors import UserError
from benchmark.plain_text import shown

MOST_WORKERS = 4096
RAY = "ray"
JOINED = "auto"  # Ray's word for the cluster that this machine is part of
SYNTAX = "what each takes is asked for as in ray?cpus=2&gpus=0.5&memory=4GB, and how many at most by &workers=64"
ALLOWED = f"must be a number from 0 to {MOST_WORKERS}, ray, or ray://HOST:PORT; {SYNTAX}"
_UNITS = {"": 1, "B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


@dataclass(frozen=True)
class Cluster:
    """Workers on the nodes of a Ray cluster, and what each of them takes of its node, as Ray counts it.

    Attributes:
        address: Of the cluster, as `ray.init` takes it.
        cpus: Cores, which a worker computes with as threads; 1 or more.
        gpus: GPUs: a share of one, whole ones, or 0; None: one where the study trains on GPUs.
        memory: Bytes that a node must have for it; 0: it is not asked.
        workers: At most so many in all; 0: as many as there is room for.
    """

    address: str = JOINED
    cpus: int = 1
    gpus: float | None = None
    memory: int = 0
    workers: int = 0


def read_workers(text: str | int) -> int | Cluster:
    """Who is to train, as a person asks for it: so many processes of this host, 0 for as many as fit, or a cluster.

    Raises:
        UserError: with one line that names the value, and what is allowed.

    >>> read_workers("ray://head:10001?gpus=0.5")
    Cluster(address='ray://head:10001', cpus=1, gpus=0.5, memory=0, workers=0)
    """
    words = str(text).strip()
    if words.isascii() and words.isdecimal() and int(words) <= MOST_WORKERS:
        return int(words)
    head, _, query = words.partition("?")
    if head != RAY and not _names_a_port(head):
        raise UserError(f"--workers {shown(text)}: {ALLOWED}")
    readers: dict[str, Callable[[str], float | None]]
    readers = {"cpus": _whole(1), "gpus": _share, "memory": _bytes, "workers": _whole(0)}
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = readers[name](value) if name in readers else None
        if found[name] is None:
            raise UserError(f"--workers {shown(text)}: {shown(f'{name}={value}')}: {ALLOWED}")
    return Cluster(JOINED if head == RAY else head, **found)


def _names_a_port(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == RAY and bool(parts.hostname and parts.port) and address == f"{RAY}://{parts.netloc}"
    except ValueError:  # a port that is none
        return False


def _whole(least: int) -> Callable[[str], int | None]:
    def read(value: str) -> int | None:
        fits = value.isascii() and value.isdecimal() and least <= int(value) <= MOST_WORKERS
        return int(value) if fits else None

    return read


def _share(value: str) -> float | None:
    """Ray takes a share of one GPU, or whole ones."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and (0 <= number < 1 or (number.is_integer() and number > 0)) else None


def _bytes(value: str) -> int | None:
    found = re.fullmatch(r"(\d{1,9})([KMGT]?B)?", value.upper())
    return int(found[1]) * _UNITS[found[2] or ""] if found else None
