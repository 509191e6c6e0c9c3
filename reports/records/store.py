"""Asks MLflow for one study: its experiment, its runs and their artifacts. The only file of the report that does."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, Protocol, TypeVar, get_args
from urllib.parse import urlparse
from urllib.request import url2pathname

from benchmark.addresses import is_server, redacted, sqlite_file, without_user
from benchmark.errors import UserError
from benchmark.records import RECORD_FILE, TAG_KIND, TAG_NUMBER, TAG_STATE, TAG_VARIANT, Kind, TrialRecord
from benchmark.tracking.database import check_database, database_file, reading
from benchmark.tracking.runs import all_runs, run_number
from benchmark.tracking.store import import_client
from ganzoo.names import with_nearest

ARTIFACTS = "artifacts"
LOCAL_PAGES = "http://127.0.0.1:5000"  # as `ganbench ui` has them
_THREADS = 8
# A study that is watched is read again and again.
_check_once = cache(check_database)
_TRIES, _PAUSE_SECONDS = 3, 1.0

Answer = TypeVar("Answer")


class StoreAwayError(UserError):
    """The store does not answer, or there is none yet; what lies on disk may do in its place."""


class Source(Protocol):
    """Who has a study: MLflow, or the records on disk."""

    def has(self, study_id: str) -> bool:
        """Whether the study is there."""

    def study(self, study_id: str) -> "StoredStudy":
        """The study, whole."""

    def artifact(self, place: str, name: str) -> bytes | None:
        """A file of a run, or None if the run has no such."""


@dataclass(frozen=True)
class StoredRun:
    """A run of some settings as MLflow holds it.

    Attributes:
        variant: Name in the catalog.
        kind: A `benchmark.records.Kind`.
        number: Among the variant's runs of that kind, from 0.
        state: How it ended, or MLflow's status in lower case ("running", "killed") if it has not.
        params: By name, as text.
        metrics: Last value by name.
        artifacts: Where its artifacts lie.
        started: Milliseconds since 1970.
        record: What it left behind, or None if it has not ended.
        store: Who has its artifacts; None if nobody.
        address: Of its page in MLflow; "" if it is not there.
    """

    variant: str
    kind: str
    number: int
    state: str
    params: dict[str, str]
    metrics: dict[str, float]
    artifacts: str
    started: int
    record: TrialRecord | None
    store: "Source | None" = None
    address: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What names it within the study."""
        return self.variant, self.kind, self.number

    def artifact(self, name: str) -> bytes | None:
        """One of its artifacts, or None if it has no such."""
        return self.store.artifact(self.artifacts, name) if self.store else None


@dataclass(frozen=True)
class StoredStudy:
    """An experiment.

    Attributes:
        tags: Of the experiment.
        variants: Parameters of the parent run, by variant.
        places: Where the artifacts of the parent runs lie, and in which store.
        runs: Of all kinds, one a key, in the order of keys.
        finished: Whether all parent runs have ended.
    """

    tags: dict[str, str]
    variants: dict[str, dict[str, str]]
    places: "list[tuple[Source, str]]"
    runs: list[StoredRun]
    finished: bool


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
        if (file := database_file(uri)) is not None:
            _check_once(file)
        with reading(uri):
            self._client = import_client()(tracking_uri=uri)
        # Of MLflow's pages: a server's own, else those that `ganbench ui` serves.
        self.pages = without_user(redacted(uri))[0].rstrip("/") if is_server(uri) else LOCAL_PAGES
        # Beside the database of a study that ran here or elsewhere: the benchmark lays both into one folder.
        self._beside = database.parent / ARTIFACTS if database else None

    def study(self, study_id: str) -> StoredStudy:
        """The experiment called `study_id`, whole.

        Raises:
            UserError: if there is none, or the store does not answer.
        """
        with reading(self._uri):
            return self._study(study_id)

    def _study(self, study_id: str) -> StoredStudy:
        experiment = self._experiment(study_id)
        found = self._asked(lambda: list(all_runs(self._client, experiment.experiment_id, {})))
        parents = [run for run in found if run.data.tags.get(TAG_KIND) == "variant"]
        children = [run for run in found if run.data.tags.get(TAG_KIND) in get_args(Kind)]
        texts = self.artifacts([run.info.artifact_uri for run in children], RECORD_FILE)
        runs = [_stored(run, text, self) for run, text in zip(children, texts, strict=True)]
        # An interrupted run may lie beside the one that took its place.
        by_key = {run.key: run for run in sorted(runs, key=lambda run: (run.record is not None, run.started))}
        return StoredStudy(
            tags=experiment.tags,
            variants={run.data.tags.get(TAG_VARIANT, ""): run.data.params for run in parents},
            places=[(self, run.info.artifact_uri) for run in parents],
            runs=[by_key[key] for key in sorted(by_key)],
            finished=all(run.info.status == "FINISHED" for run in parents),
        )

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
        return self._asked(lambda: self._fetched(place, name))

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

    def _asked(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question, which may be asked more than once; `StoreAwayError` if none comes."""
        from mlflow.exceptions import MlflowException

        for left in reversed(range(_TRIES)):
            if monotonic() > self._deadline:
                raise StoreAwayError(f"MLflow at {self._name!r} is slow")
            try:
                return question()
            except (MlflowException, OSError) as error:  # those of requests are OSErrors
                if not left:
                    reason = redacted(str(error).partition("\n")[0])
                    raise StoreAwayError(f"MLflow at {self._name!r} does not answer: {reason}") from error
                sleep(_PAUSE_SECONDS)
        raise AssertionError("the last try answers or raises")

    def _found(self, study_id: str) -> Any:
        return self._asked(lambda: self._client.get_experiment_by_name(study_id))

    def _experiment(self, study_id: str) -> Any:
        experiment = self._found(study_id)
        if experiment is None:
            known = sorted(found.name for found in self._client.search_experiments() if found.name != "Default")
            told = f"no study {study_id!r} in {self._name!r}; known: {', '.join(known) or 'none'}"
            raise UserError(with_nearest(told, study_id, known))
        return experiment


def _below(place: str, name: str) -> str:
    """The address of what lies below an address, which may have a query."""
    address, mark, query = place.partition("?")
    return f"{address}/{name}{mark}{query}"


def _stored(run: Any, text: bytes | None, store: Store) -> StoredRun:
    record = _record(run, text) if text is not None else None
    tags = run.data.tags
    # A record knows whose it is, and carries a digest; the database's tags do not.
    known = (record.config.variant, record.config.kind, record.config.number) if record else None
    variant, kind, number = known or _named(run)
    return StoredRun(
        variant=variant,
        kind=kind,
        number=number,
        state=tags.get(TAG_STATE, run.info.status.lower()),
        params=run.data.params,
        metrics=run.data.metrics,
        artifacts=run.info.artifact_uri,
        started=run.info.start_time,
        record=record,
        store=store,
        address=f"{store.pages}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}",
    )


def _named(run: Any) -> tuple[str, str, int]:
    try:
        return run.data.tags[TAG_VARIANT], run.data.tags[TAG_KIND], run_number(run)
    except (KeyError, ValueError) as error:
        raise UserError(
            f"MLflow's run {run.info.run_id}: its tags {TAG_VARIANT}, {TAG_KIND} and {TAG_NUMBER} do not name a run: "
            "delete it in MLflow and run the study again, which sends what is missing"
        ) from error


def _record(run: Any, text: bytes) -> TrialRecord:
    try:
        return TrialRecord.from_json(text)
    except ValueError as error:
        raise UserError(
            f"{run.info.artifact_uri}/{RECORD_FILE}: damaged ({error}): run the study again, which sends it anew, or "
            "delete the run in MLflow"
        ) from error
