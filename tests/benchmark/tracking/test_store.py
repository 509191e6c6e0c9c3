import subprocess
import sys
import time

import pytest

from benchmark.errors import UserError
from benchmark.tracking.store import artifact_location, connect, tracking_uri


def test_the_address_asked_for_comes_before_the_environment_and_the_file(paths, monkeypatch):
    assert tracking_uri(paths) == f"sqlite:///{paths.runs}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://elsewhere:5000")
    assert tracking_uri(paths) == "http://elsewhere:5000"
    assert tracking_uri(paths, "postgresql+psycopg2://host/name") == "postgresql+psycopg2://host/name"


@pytest.mark.parametrize("address", ["mlruns", "file:///tmp/mlruns", "ftp://host", "sqlite"])
def test_an_address_that_holds_no_runs_is_refused(paths, address):
    with pytest.raises(UserError, match=f"MLFLOW_TRACKING_URI = '{address}': must begin with one of sqlite"):
        tracking_uri(paths, address)


def test_a_server_chooses_where_artifacts_go(paths):
    assert artifact_location(paths, "https://elsewhere", "tiny-0") is None
    assert artifact_location(paths, tracking_uri(paths), "tiny-0") == (paths.runs / "artifacts" / "tiny-0").as_uri()


def test_a_fresh_database_is_created_where_it_is_asked_for(paths, empty_database):
    client = connect(paths, f"sqlite:///{empty_database}")
    assert [experiment.name for experiment in client.search_experiments()] == ["Default"]


def test_a_database_whose_maker_was_killed_is_made_again(paths):
    """Killed on the way, when some of its tables are there."""
    uri = f"sqlite:///{paths.runs}/mlflow.db"
    words = (
        "import sys; from pathlib import Path; from benchmark.paths import Paths; "
        "from benchmark.tracking.store import connect; connect(Paths.here(), sys.argv[1])"
    )
    (paths.runs / "mlflow.db").unlink()
    maker = subprocess.Popen([sys.executable, "-c", words, uri], cwd=paths.runs.parent)
    while not any(file.stat().st_size > 20_000 for file in paths.runs.glob("mlflow.db*")):
        assert maker.poll() is None
        time.sleep(0.002)
    maker.kill()
    maker.wait()
    half_made = paths.runs / "mlflow.db"
    assert not half_made.exists() or half_made.stat().st_size == 0
    client = connect(paths, uri)
    assert [experiment.name for experiment in client.search_experiments()] == ["Default"]


def test_a_database_without_its_driver_is_one_line(paths):
    with pytest.raises(UserError, match="its driver 'pymssql' is not installed"):
        connect(paths, "mssql+pymssql://localhost/name")
