"""A study on real servers that are restarted in the middle of it: the same table, every effect once."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import optuna
import pytest
from database_servers import needs_postgres, postgresql
from mlflow import MlflowClient
from tiny_study import SOUND, RecordingObserver

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import Curves, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study import outage
from benchmark.study.launch import LeftOver, Resources, resolve_variants, run_study
from benchmark.study.storage import open_storage
from tools.servers.postgres import PostgreSQL
from tools.servers.tracking_server import TrackingServer

pytestmark = [pytest.mark.long, pytest.mark.servers, needs_postgres]
AWAY_SECONDS = 3.0


@dataclass
class Servers:
    """PostgreSQL, and MLflow with its records in it."""

    postgres: PostgreSQL
    mlflow: TrackingServer

    @property
    def resources(self) -> Resources:
        return Resources(1, "cpu", self.postgres.url("optuna"), self.mlflow.uri)

    def trials(self, spec: Spec, variant: str) -> list[optuna.trial.FrozenTrial]:
        storage = open_storage(Path(), self.postgres.url("optuna"))
        return optuna.load_study(study_name=f"{spec.study_id}/{variant}", storage=storage).get_trials()

    def run_names(self, spec: Spec) -> Counter[str]:
        client = MlflowClient(tracking_uri=self.mlflow.uri)
        experiment = client.get_experiment_by_name(spec.study_id)
        return Counter(run.info.run_name for run in client.search_runs([experiment.experiment_id], max_results=999))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with postgresql() as postgres:
        mlflow = TrackingServer(tmp_path_factory.mktemp("mlflow"), postgres.url("mlflow"))
        mlflow.start()
        try:
            yield Servers(postgres, mlflow)
        finally:
            mlflow.stop()


@pytest.fixture(scope="module")
def expected(tiny: Spec, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TrialRecord]:
    """The records of the study with its files on this host, by label."""
    root = tmp_path_factory.mktemp("local")
    run(tiny, root, Resources(1, "cpu"), RecordingObserver())
    return records(tiny, root)


def run(spec: Spec, root: Path, resources: Resources, observer: RecordingObserver) -> LeftOver:
    return run_study(spec, resolve_variants(SOUND, spec), Paths(root, root), resources, [observer])


def records(spec: Spec, root: Path) -> dict[str, TrialRecord]:
    found = (TrialRecord.read(folder) for folder in sorted(Paths(root, root).work(spec.study_id).glob("*-*-*")))
    return {record.config.label: record for record in found if record}


def scores(found: dict[str, TrialRecord]) -> dict[str, object]:
    return {
        label: (each.state, each.config.hyperparameters, [(rung.step, rung.scores) for rung in each.rungs])
        for label, each in found.items()
    }


class Restarting(RecordingObserver):
    """Ends servers at moments of the study; they are started again while it goes on."""

    def __init__(self, servers: Servers, *, forever: bool = False) -> None:
        super().__init__()
        self._servers = servers
        self._forever = forever
        self._starts: list[threading.Timer] = []

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        super().on_rung_end(config, rung, curves, folder)
        if len(self.rungs) in (1, 6):
            self._restart(self._servers.postgres)

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        super().on_run_end(record, folder)
        if len(self.records) == 2 and not self._forever:
            self._restart(self._servers.mlflow)

    def join(self) -> None:
        for each in self._starts:
            each.join()

    def _restart(self, server: PostgreSQL | TrackingServer) -> None:
        server.stop()
        if not self._forever:
            self._starts.append(threading.Timer(AWAY_SECONDS, server.start))
            self._starts[-1].start()


def everything_sent(spec: Spec, root: Path, servers: Servers) -> None:
    """Have the study's own command send what MLflow has not got; a server that is slow is not waited for long."""
    for _ in range(6):
        if run(spec, root, servers.resources, RecordingObserver()) == LeftOver((), 0):
            return
    raise AssertionError("MLflow did not get everything")


def told_once(servers: Servers, spec: Spec) -> None:
    """Each trial was asked for once and told once, and MLflow has each run once."""
    for variant in SOUND:
        trials = servers.trials(spec, variant)
        assert [trial.number for trial in trials] == [0, 1, 2, 3]
        assert all(trial.state.is_finished() for trial in trials)
    assert set(servers.run_names(spec).values()) == {1}


def test_servers_restarted_in_the_middle(
    tiny: Spec, servers: Servers, expected: dict[str, TrialRecord], tmp_path: Path
) -> None:
    observer = Restarting(servers)
    run(tiny, tmp_path, servers.resources, observer)
    observer.join()
    everything_sent(tiny, tmp_path, servers)
    assert scores(records(tiny, tmp_path)) == scores(expected)
    told_once(servers, tiny)
    assert expected.keys() <= servers.run_names(tiny).keys()
    lines = Counter(line.partition(":")[0] for line in observer.lines)
    assert lines["Optuna's storage does not answer, and the study waits for it"] == 2
    assert lines["Optuna's storage is back"] == 2
    assert servers.postgres.password not in "".join(observer.lines)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in written if servers.postgres.password.encode() in path.read_bytes()] == []


def test_a_storage_that_stays_away_ends_the_study_and_the_same_command_goes_on(
    tiny: Spec, servers: Servers, expected: dict[str, TrialRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tiny.model_copy(update={"name": "away"})
    resources = replace(servers.resources, tracking_uri=None)
    with monkeypatch.context() as patched:
        patched.setattr(outage, "WAIT_SECONDS", 1.0)
        with pytest.raises(
            UserError, match=r"^OPTUNA_STORAGE = 'postgresql\S*://\*\*\*@\S+': did not answer for"
        ) as end:
            run(other, tmp_path, resources, Restarting(servers, forever=True))
    assert str(end.value).endswith("the same command goes on")
    with pytest.raises(UserError, match="Connection refused"):  # at once, where it is away from the start
        run(other, tmp_path, resources, RecordingObserver())
    servers.postgres.start()
    assert run(other, tmp_path, resources, RecordingObserver()) == LeftOver((), 0)
    assert {label: each[2] for label, each in scores(records(other, tmp_path)).items()} == {
        label: each[2] for label, each in scores(expected).items()
    }
    assert [len(servers.trials(other, variant)) for variant in SOUND] == [4, 4]
