import shutil
from pathlib import Path

import pytest
from mlflow import MlflowClient

from benchmark.paths import Paths
from benchmark.records import Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking.store import connect, tracking_uri


@pytest.fixture
def spec() -> Spec:
    return Spec.model_validate({"name": "tiny", "dataset": "digits", "budget": {"rungs": [10, 20]}})


@pytest.fixture
def protocol() -> Protocol:
    return Protocol("digits", 8, "validation", 360, 1000, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow takes seconds to create its tables, so the tests copy one fresh database."""
    root = tmp_path_factory.mktemp("fresh")
    paths = Paths(root, root / "data")
    database = root / "far" / "away" / "mlflow.db"
    connect(paths, f"sqlite:///{database}")
    return database


@pytest.fixture
def paths(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    found = Paths(tmp_path, tmp_path / "data")
    found.runs.mkdir()
    shutil.copy(empty_database, found.runs / "mlflow.db")
    return found


@pytest.fixture
def client(paths: Paths) -> MlflowClient:
    return MlflowClient(tracking_uri=tracking_uri(paths))


@pytest.fixture
def experiment_id(client: MlflowClient, paths: Paths) -> str:
    return str(client.create_experiment("some", artifact_location=(paths.runs / "artifacts").as_uri()))


@pytest.fixture
def trial() -> TrialConfig:
    values = {"lr_generator": 2e-4, "lr_discriminator": 1.25e-5, "beta1": 0.5, "beta2": 0.999, "n_critic": 5.0}
    return TrialConfig("dcgan", "trial", 3, 77, values)


@pytest.fixture
def rungs() -> tuple[RungRecord, ...]:
    return (
        RungRecord(10, {"fid": 80.0, "recall": 0.25}, "samples/step-000010.png"),
        RungRecord(20, {"fid": 40.0, "recall": 0.5}, "samples/step-000020.png"),
    )


@pytest.fixture
def record(trial: TrialConfig, protocol: Protocol, rungs: tuple[RungRecord, ...]) -> TrialRecord:
    curves = {"loss_generator": ((5, 0.75), (10, 0.5), (15, float("nan")), (20, 0.25))}
    return TrialRecord(trial, "complete", protocol, rungs, curves, {"train_seconds": 1.5}, {"torch": "2.15"})
