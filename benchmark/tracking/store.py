"""Where MLflow keeps its records: the address, and the first contact that creates a fresh database."""

import logging
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from filelock import FileLock

from benchmark.addresses import TRACKING, check, go_around_proxies, is_server, redacted, sqlite_file, sqlite_url
from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.folders import check_runs, is_read_only
from benchmark.notices import tell
from benchmark.paths import Paths
from benchmark.tracking.database import check_database, database_file, reading
from benchmark.tracking.relocation import relocate

if TYPE_CHECKING:
    from mlflow import MlflowClient

Answer = TypeVar("Answer")

# No request is repeated by MLflow: one whose answer was lost would make a run twice. `Connection` repeats whole jobs.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
QUIET = {
    **{"alembic": logging.WARNING, "mlflow": logging.WARNING, "urllib3.connectionpool": logging.ERROR},
    # It logs the traceback of whatever a database raises, and raises it, too.
    "mlflow.store.db.utils": logging.CRITICAL,
}


def tracking_uri(paths: Paths, uri: str | None = None) -> str:
    """The store's address: `uri`, else MLFLOW_TRACKING_URI, else a SQLite file under runs/.

    Raises:
        UserError: if MLflow cannot keep runs there.
    """
    address = uri or os.environ.get("MLFLOW_TRACKING_URI")
    return check(address, TRACKING) if address else sqlite_url(paths.runs.resolve() / "mlflow.db")


def artifact_location(paths: Paths, uri: str, study_id: str) -> str | None:
    """Where a new experiment's artifacts go, as a URI; None where a server decides."""
    return None if is_server(uri) else (paths.runs.resolve() / "artifacts" / study_id).as_uri()


def import_client() -> "type[MlflowClient]":
    """MLflow's client, imported where it is needed: that takes seconds, and `--help` has no need of it."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    go_around_proxies()
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
                client_type(tracking_uri=sqlite_url(unfinished)).search_experiments(max_results=1)
        if (file := database_file(uri)) is not None:
            check_database(file)
        if uri == sqlite_url(paths.runs.resolve() / "mlflow.db") and (moved := relocate(paths)):
            tell(moved)
        client = client_type(tracking_uri=uri)
        client.search_experiments(max_results=1)
    return client


def ask(paths: Paths, uri: str, question: Callable[["MlflowClient"], Answer]) -> Answer:
    """The answer to a question, for a command that cannot do without it.

    Args:
        paths: The folders of the checkout.
        uri: From `tracking_uri`.
        question: Asks a client.

    Raises:
        UserError: if the store does not answer.
    """
    import_client()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import DBAPIError

    try:
        with reading(uri):
            return question(connect(paths, uri))
    except (MlflowException, DBAPIError, OSError) as error:
        reason = redacted(str(error).partition("\n")[0])[:200]
        raise UserError(f"MLflow at {redacted(uri)!r} does not answer: {reason}") from error


def _fresh_file(uri: str) -> Path | None:
    """The file of an SQLite database that nothing has been written to yet."""
    path = sqlite_file(uri)
    return None if path is None or (path.is_file() and path.stat().st_size) else path


def _probe(uri: str) -> None:
    """Touch a database once: where it cannot be had, MLflow would try for a hundred seconds."""
    from sqlalchemy import create_engine

    if (path := sqlite_file(uri)) is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(uri)
    except ModuleNotFoundError as error:
        raise TRACKING.error(uri, f"its driver {error.name!r} is not installed") from error
    with engine.connect():
        pass
    engine.dispose()
