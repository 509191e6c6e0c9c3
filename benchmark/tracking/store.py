"""Where MLflow keeps its records: the address, and the first contact that creates a fresh database."""

import logging
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.folders import check_runs, is_read_only
from benchmark.paths import Paths
from benchmark.tracking.database import check_database, database_file
from benchmark.tracking.relocation import relocate

if TYPE_CHECKING:
    from mlflow import MlflowClient

SCHEMES = ("sqlite", "postgresql", "mysql", "mssql", "http", "https")
# A server that is away must not hold the study up for long: two retries in about five seconds instead of minutes.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
QUIET = {"alembic": logging.WARNING, "mlflow": logging.WARNING, "urllib3.connectionpool": logging.ERROR}


def tracking_uri(paths: Paths, uri: str | None = None) -> str:
    """The store's address: `uri`, else MLFLOW_TRACKING_URI, else a SQLite file under runs/.

    Raises:
        UserError: if the scheme is not one that MLflow keeps runs in.
    """
    address = uri or os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{_database(paths)}"
    scheme = address.partition("://")[0].partition("+")[0]
    if "://" not in address or scheme not in SCHEMES:
        raise UserError(f"MLFLOW_TRACKING_URI = {address!r}: must begin with one of {', '.join(SCHEMES)}, then ://")
    return address


def artifact_location(paths: Paths, uri: str, study_id: str) -> str | None:
    """Where a new experiment's artifacts go, as a URI; None where a server decides."""
    return None if is_server(uri) else (paths.runs.resolve() / "artifacts" / study_id).as_uri()


def import_client() -> "type[MlflowClient]":
    """MLflow's client, imported where it is needed: that takes seconds, and `--help` has no need of it."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from mlflow import MlflowClient

    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    return MlflowClient


def connect(paths: Paths, uri: str) -> "MlflowClient":
    """A client whose store answers; a fresh SQLite database is created by one process alone.

    Raises:
        MlflowException: if a tracking server does not answer.
        OperationalError: if a database does not answer.
        UserError: if a database needs a driver that is not installed.
    """
    client_type = import_client()
    check_runs(paths)
    paths.runs.mkdir(parents=True, exist_ok=True)
    with nullcontext() if is_read_only(paths) else FileLock(paths.runs / "mlflow.lock"):
        if not is_server(uri):
            _probe(uri)
        if (database := _fresh_file(uri)) is not None:
            # A process that is killed while MLflow lays out its tables leaves a database that MLflow cannot open.
            with atomic_write(database) as unfinished:
                client_type(tracking_uri=f"sqlite:///{unfinished}").search_experiments(max_results=1)
        if (file := database_file(uri)) is not None:
            check_database(file)
        if uri == f"sqlite:///{_database(paths)}" and (moved := relocate(paths)):
            print(f"ganbench: {moved}", file=sys.stderr, flush=True)
        client = client_type(tracking_uri=uri)
        client.search_experiments(max_results=1)
    return client


def is_server(uri: str) -> bool:
    """Whether the address is that of a tracking server, not of a database."""
    return uri.startswith(("http://", "https://"))


def _fresh_file(uri: str) -> Path | None:
    """The file of an SQLite database that nothing has been written to yet."""
    path = Path(uri.removeprefix("sqlite:///"))
    if not uri.startswith("sqlite:///") or path.name == ":memory:" or (path.is_file() and path.stat().st_size):
        return None
    return path


def _probe(uri: str) -> None:
    """Touch a database once: where it cannot be had, MLflow would try for a hundred seconds."""
    from sqlalchemy import create_engine

    if uri.startswith("sqlite:///"):
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(uri)
    except ModuleNotFoundError as error:
        raise UserError(f"MLFLOW_TRACKING_URI = {uri!r}: its driver {error.name!r} is not installed") from error
    with engine.connect():
        pass
    engine.dispose()


def _database(paths: Paths) -> str:
    return (paths.runs.resolve() / "mlflow.db").as_posix()
