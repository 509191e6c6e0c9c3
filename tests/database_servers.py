"""Real servers of tests, from packages: PostgreSQL, and MLflow with its records in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tools.servers.postgres import PostgreSQL
from tools.servers.programs import postgres_programs

HAS_POSTGRES = bool(postgres_programs() and find_spec("psycopg"))
WHY_NOT = "PostgreSQL or psycopg is not installed: apt-get install postgresql, pip install 'ganbench[servers]'"
needs_postgres = pytest.mark.skipif(not HAS_POSTGRES, reason=WHY_NOT)


@contextmanager
def servers_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach, which pytest's temporary folders bar."""
    with tempfile.TemporaryDirectory(prefix="ganbench-servers-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A fresh server with its empty databases."""
    with servers_folder() as folder:
        server = PostgreSQL(folder / "postgresql")
        server.start()
        try:
            yield server
        finally:
            server.stop()
