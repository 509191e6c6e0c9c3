"""Asks MLflow for one study: experiment, runs and artifacts. With `run_rows`, all of the report that does."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import TypeVar, get_args
from urllib.parse import urlparse
from urllib.request import url2pathname

from benchmark.addresses import is_server, redacted, sqlite_file, without_user
from benchmark.errors import UserError
from benchmark.records import RECORD_FILE, TAG_KIND, TAG_NUMBER, TAG_STATE, TAG_VARIANT, Kind, TrialRecord
from benchmark.tracking.database import check_database, database_file, reading
from benchmark.tracking.runs import run_number
from benchmark.tracking.store import import_client
from ganzoo.names import with_nearest
from reports.records.run_rows import ClientRows, FileRows, FoundExperiment, FoundRun, Rows
from reports.records.stored import StoredRun, StoredStudy

ARTIFACTS = "artifacts"
LOCAL_PAGES = "http://127.0.0.1:5000"  # as `ganbench ui` has them
_THREADS = 8
# A study that is watched is read again and again.
_check_once = cache(check_database)
_TRIES, _PAUSE_SECONDS = 3, 1.0

Answer = TypeVar("Answer")


class StoreAwayError(UserError):
    """The store does not answer, or there is none yet; what lies on disk may do in its place."""


class Store:
    """An MLflow tracking store, read only."""

    def __init__(self, uri: str, patience: float = inf) -> None:
        """Connect.

        Args:
            uri: MLflow's tracking URI.
            patience: Seconds after which nothing more is asked, and the store counts as away.

        Raises:
            StoreAwayError: if `uri` names an SQLite file that is not there (MLflow would create it).
        """
        self._name = redacted(uri)
        self._deadline = monotonic() + patience
        database = sqlite_file(uri)
        if database is not None and not database.is_file():
            raise StoreAwayError(f"no MLflow database {str(database)!r}: run a study first, or set MLFLOW_TRACKING_URI")
        self._uri = uri
        file = database_file(uri)
        if file is not None:
            _check_once(file, "quick_check")
        self._rows: Rows = FileRows(file) if file is not None else self._client_s()
        # Of MLflow's pages: a server's own, else those that `ganbench ui` serves.
        self.pages = without_user(redacted(uri))[0].rstrip("/") if is_server(uri) else LOCAL_PAGES
        # Beside the database of a study that ran here or elsewhere: the benchmark lays both into one folder.
        self._beside = database.parent / ARTIFACTS if database else None

    def _client_s(self) -> ClientRows:
        if (file := database_file(self._uri)) is not None:
            _check_once(file, "integrity_check")
        with reading(self._uri):
            return ClientRows(import_client()(tracking_uri=self._uri))

    def study(self, study_id: str) -> StoredStudy:
        """The experiment called `study_id`, whole.

        Raises:
            UserError: if there is none, or the store does not answer.
        """
        with reading(self._uri):
            return self._study(study_id)

    def _study(self, study_id: str) -> StoredStudy:
        experiment = self._experiment(study_id)
        found = self._asked(lambda rows: rows.runs(experiment.id))
        parents = self._detailed([run for run in found if run.tags.get(TAG_KIND) == "variant"])
        children = [run for run in found if run.tags.get(TAG_KIND) in get_args(Kind)]
        texts = dict(zip((run.id for run in children), self._records_of(children), strict=True))
        ended = [run for run in children if texts[run.id] is not None]
        others = self._detailed([run for run in children if texts[run.id] is None])
        pages = f"{self.pages}/#/experiments/{experiment.id}/runs"
        runs = [_stored(run, texts[run.id], self, pages) for run in (*ended, *others)]
        # An interrupted run may lie beside the one that took its place.
        by_key = {run.key: run for run in sorted(runs, key=lambda run: (run.record is not None, run.started))}
        return StoredStudy(
            tags=experiment.tags,
            variants={run.tags.get(TAG_VARIANT, ""): run.params for run in parents},
            places=[(self, run.artifacts) for run in parents],
            runs=[by_key[key] for key in sorted(by_key)],
            finished=all(run.status == "FINISHED" for run in parents),
        )

    def _detailed(self, runs: Sequence[FoundRun]) -> list[FoundRun]:
        return self._asked(lambda rows: rows.detailed(runs))

    def _records_of(self, runs: Sequence[FoundRun]) -> list[bytes | None]:
        return self.artifacts([run.artifacts for run in runs], RECORD_FILE)

    def has(self, study_id: str) -> bool:
        """Whether there is an experiment of that name.

        Raises:
            UserError: if the store does not answer.
        """
        with reading(self._uri):
            return self._found(study_id) is not None

    def artifact(self, place: str, name: str) -> bytes | None:
        """One artifact of a run, or None if the run has no such.

        Args:
            place: Where the run's artifacts lie.
            name: The artifact's path within the run, as in `samples/real.png`.
        """
        if urlparse(place).scheme in ("", "file"):
            try:
                return (self._folder(Path(url2pathname(urlparse(place).path))) / name).read_bytes()
            except OSError:
                return None
        return self._asked(lambda _: self._fetched(place, name))

    def _fetched(self, place: str, name: str) -> bytes | None:
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        try:
            with TemporaryDirectory() as folder:
                uri = _below(place, name)
                return Path(download_artifacts(uri, dst_path=folder, tracking_uri=self._uri)).read_bytes()
        except (OSError, MlflowException):
            if not self._lists(place, name):
                return None
            raise  # it is there, and did not come

    def _lists(self, place: str, name: str) -> bool:
        """Whether a server has an artifact."""
        from mlflow.artifacts import list_artifacts

        folder, _, file = name.rpartition("/")
        uri = _below(place, folder) if folder else place
        found = list_artifacts(artifact_uri=uri, tracking_uri=self._uri)
        return any(each.path.rpartition("/")[2] == file for each in found)

    def artifacts(self, places: Sequence[str], name: str) -> list[bytes | None]:
        """The same artifact of many runs, in their order; None where a run has no such."""
        with ThreadPoolExecutor(_THREADS) as threads:
            return list(threads.map(lambda place: self.artifact(place, name), places))

    def _folder(self, recorded: Path) -> Path:
        """A run's folder where it was recorded, or below the artifacts beside the database, as if both were copied."""
        if self._beside is None or recorded.is_dir():
            return recorded
        tails = (recorded.parts[i + 1 :] for i, part in enumerate(recorded.parts) if part == ARTIFACTS)
        return next((moved for tail in tails if (moved := self._beside.joinpath(*tail)).is_dir()), recorded)

    def _asked(self, question: Callable[[Rows], Answer]) -> Answer:
        """The answer to a question, which may be asked more than once; `StoreAwayError` if none comes."""
        for left in reversed(range(_TRIES)):
            if monotonic() > self._deadline:
                raise StoreAwayError(f"MLflow at {self._name!r} is slow")
            try:
                return question(self._rows)
            except sqlite3.OperationalError:  # held for long, or of a version that has other tables: MLflow knows
                self._rows = self._client_s()
            except Exception as error:
                if not _is_of_the_store(error):
                    raise
                if not left:
                    reason = redacted(str(error).partition("\n")[0])
                    raise StoreAwayError(f"MLflow at {self._name!r} does not answer: {reason}") from error
                sleep(_PAUSE_SECONDS)
        raise AssertionError("the last try answers or raises")

    def _found(self, study_id: str) -> FoundExperiment | None:
        return self._asked(lambda rows: rows.experiment(study_id))

    def _experiment(self, study_id: str) -> FoundExperiment:
        experiment = self._found(study_id)
        if experiment is None:
            known = sorted(set(self._asked(lambda rows: rows.names())) - {"Default"})
            told = f"no study {study_id!r} in {self._name!r}; known: {', '.join(known) or 'none'}"
            raise UserError(with_nearest(told, study_id, known))
        return experiment


def _is_of_the_store(error: Exception) -> bool:
    from mlflow.exceptions import MlflowException  # takes seconds, which a file that is read needs not

    return isinstance(error, MlflowException | OSError)  # those of requests are OSErrors


def _below(place: str, name: str) -> str:
    """The address of what lies below an address, which may have a query."""
    address, mark, query = place.partition("?")
    return f"{address}/{name}{mark}{query}"


def _stored(run: FoundRun, text: bytes | None, store: Store, pages: str) -> StoredRun:
    record = _record(run, text) if text is not None else None
    # A record knows whose it is, and carries a digest; the database's tags do not.
    known = (record.config.variant, record.config.kind, record.config.number) if record else None
    variant, kind, number = known or _named(run)
    return StoredRun(
        variant=variant,
        kind=kind,
        number=number,
        state=run.tags.get(TAG_STATE, run.status.lower()),
        params=run.params,
        metrics=run.metrics,
        artifacts=run.artifacts,
        started=run.started,
        record=record,
        store=store,
        address=f"{pages}/{run.id}",
    )


def _named(run: FoundRun) -> tuple[str, str, int]:
    try:
        return run.tags[TAG_VARIANT], run.tags[TAG_KIND], run_number(run.tags)
    except (KeyError, ValueError) as error:
        raise UserError(
            f"MLflow's run {run.id}: its tags {TAG_VARIANT}, {TAG_KIND} and {TAG_NUMBER} do not name a run: "
            "delete it in MLflow and run the study again, which sends what is missing"
        ) from error


def _record(run: FoundRun, text: bytes) -> TrialRecord:
    try:
        return TrialRecord.from_json(text)
    except ValueError as error:
        raise UserError(
            f"{run.artifacts}/{RECORD_FILE}: damaged ({error}): run the study again, which sends it anew, or "
            "delete the run in MLflow"
        ) from error
