"""What MLflow knows of a study's runs: through its client, or straight from its SQLite file.

The client builds every parameter and metric of every run, which takes seconds for some thousand runs: and what a run
that has ended left behind stands in its record anyway.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from benchmark.tracking.database import damaged
from benchmark.tracking.runs import all_runs

if TYPE_CHECKING:
    from mlflow import MlflowClient

_PLACES = 500  # of one question; SQLite allows more


@dataclass(frozen=True)
class FoundExperiment:
    """An experiment.

    Attributes:
        id: MLflow's.
        tags: By name.
    """

    id: str
    tags: dict[str, str]


@dataclass(frozen=True)
class FoundRun:
    """A run.

    Attributes:
        id: MLflow's.
        status: MLflow's, in capitals.
        artifacts: Where they lie.
        started: Milliseconds since 1970.
        tags: By name.
        params: By name, as text.
        metrics: Last value by name.
        is_whole: Whether parameters and metrics are known.
    """

    id: str
    status: str
    artifacts: str
    started: int
    tags: dict[str, str]
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    is_whole: bool = False


class Rows(Protocol):
    """Who knows the runs of a store."""

    def experiment(self, name: str) -> FoundExperiment | None:
        """The experiment of that name, or None."""

    def names(self) -> list[str]:
        """Of the experiments that were not deleted."""

    def runs(self, experiment_id: str) -> list[FoundRun]:
        """Those that were not deleted, the latest first; perhaps without parameters and metrics."""

    def detailed(self, runs: Sequence[FoundRun]) -> list[FoundRun]:
        """The same runs with parameters and metrics."""


class ClientRows:
    """As MLflow's client tells them.

    Args:
        client: Of any store.
    """

    def __init__(self, client: "MlflowClient") -> None:
        self._client = client

    def experiment(self, name: str) -> FoundExperiment | None:
        """See `Rows`."""
        found = self._client.get_experiment_by_name(name)
        return None if found is None else FoundExperiment(str(found.experiment_id), dict(found.tags))

    def names(self) -> list[str]:
        """See `Rows`."""
        return [str(found.name) for found in self._client.search_experiments()]

    def runs(self, experiment_id: str) -> list[FoundRun]:
        """See `Rows`."""
        return [_found(run) for run in all_runs(self._client, experiment_id, {})]

    def detailed(self, runs: Sequence[FoundRun]) -> list[FoundRun]:
        """See `Rows`."""
        return [run if run.is_whole else _found(self._client.get_run(run.id)) for run in runs]


def _found(run: Any) -> FoundRun:
    info, data = run.info, run.data
    return FoundRun(
        info.run_id, info.status, info.artifact_uri, info.start_time, dict(data.tags), data.params, data.metrics, True
    )


class FileRows:
    """As they stand in MLflow's SQLite file.

    Args:
        path: The file.

    Raises:
        OperationalError: of sqlite3, from each method: where the file is held, or has other tables, or several
            such names; MLflow's client knows more.
        UserError: from each method, where it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def experiment(self, name: str) -> FoundExperiment | None:
        """See `Rows`."""
        with self._open() as ask:
            found = ask("SELECT experiment_id FROM experiments WHERE name = ?", name)
            if not found:
                return None
            if len(found) > 1:
                raise sqlite3.OperationalError(f"{name!r} is in several workspaces")
            tags = ask("SELECT key, value FROM experiment_tags WHERE experiment_id = ?", found[0][0])
            return FoundExperiment(str(found[0][0]), dict(tags))

    def names(self) -> list[str]:
        """See `Rows`."""
        with self._open() as ask:
            return [name for (name,) in ask("SELECT name FROM experiments WHERE lifecycle_stage = 'active'")]

    def runs(self, experiment_id: str) -> list[FoundRun]:
        """See `Rows`."""
        own = "FROM runs WHERE experiment_id = ? AND lifecycle_stage = 'active'"
        with self._open() as ask:
            columns = "run_uuid, status, artifact_uri, start_time"
            rows = ask(f"SELECT {columns} {own} ORDER BY start_time DESC, run_uuid", experiment_id)
            tags: dict[str, dict[str, str]] = {row[0]: {} for row in rows}
            wanted = f"SELECT run_uuid, key, value FROM tags WHERE run_uuid IN (SELECT run_uuid {own})"
            for run, key, value in ask(wanted, experiment_id):
                tags[run][key] = value
        return [FoundRun(run, status, place, started, tags[run]) for run, status, place, started in rows]

    def detailed(self, runs: Sequence[FoundRun]) -> list[FoundRun]:
        """See `Rows`."""
        params: dict[str, dict[str, str]] = {run.id: {} for run in runs}
        metrics: dict[str, dict[str, float]] = {run.id: {} for run in runs}
        ids = list(params)
        with self._open() as ask:
            for part in (ids[start : start + _PLACES] for start in range(0, len(ids), _PLACES)):
                own = f"WHERE run_uuid IN ({', '.join('?' * len(part))})"
                for run, key, value in ask(f"SELECT run_uuid, key, value FROM params {own}", *part):
                    params[run][key] = value
                for run, key, number, is_nan in ask(
                    f"SELECT run_uuid, key, value, is_nan FROM latest_metrics {own}", *part
                ):
                    metrics[run][key] = float("nan") if is_nan else number
        return [replace(run, params=params[run.id], metrics=metrics[run.id], is_whole=True) for run in runs]

    @contextmanager
    def _open(self) -> "Iterator[_Ask]":
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as connection:
                yield _Ask(connection)
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise damaged(self._path, error) from error


@dataclass(frozen=True)
class _Ask:
    connection: sqlite3.Connection

    def __call__(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(question, values).fetchall()
