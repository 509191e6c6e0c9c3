"""No command prints a password, on the terminal or into a file that it writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]
SECRET = "hunter2"
SERVER = f"http://me:{SECRET}@127.0.0.1:9"
DATABASES = (
    f"postgresql+pg8000://me:{SECRET}@127.0.0.1:9/x",  # a driver that nothing here brings
    f"postgresql://me:{SECRET}@h:notaport/x",
    f"mysql+nodriver://me:{SECRET}@h/x",
    f"mysql://127.0.0.1:9/x?password={SECRET}",
)
ADDRESSES = (SERVER, f"http://me:{SECRET}@[::1", f"x://me:{SECRET}@y", f"file://me:{SECRET}@host", *DATABASES)
STUDY = ("--study", "tiny")
COMMANDS = (
    ("report", *STUDY),
    ("sync", *STUDY),
    ("sample", "wgan", *STUDY),
    ("register", "wgan", *STUDY),
    ("ui", *STUDY, "--port", "1"),
    ("run", *STUDY, "--device", "cpu"),
)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.records.store._PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("benchmark.tracking.connection.RETRY_SECONDS", 0.0)


def clean(code: int, out: str, err: str, root: Path, *, code_wanted: int = 2) -> None:
    """One line on standard error, and the secret nowhere."""
    assert code == code_wanted, (code, out, err)
    assert len(err.splitlines()) == (1 if code_wanted else 0), err
    assert SECRET not in out + err
    assert "Traceback" not in out + err
    files = [path for path in root.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address != SERVER])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_tracking_address_that_cannot_be_used(
    command: tuple[str, ...], address: str, ganbench: Command, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if command[0] == "sync":
        begun(studies.parent)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    code, out, err = ganbench(*command)
    clean(code, out, err, studies.parent)
    assert err.startswith("ganbench: MLFLOW_TRACKING_URI = ")
    assert not list((studies.parent / "runs" / "work").glob("*/*/"))


@pytest.mark.parametrize("command", COMMANDS[:-1], ids=lambda command: command[0])
def test_a_server_that_is_away(
    command: tuple[str, ...], ganbench: Command, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if command[0] == "sync":
        begun(studies.parent)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", SERVER)
    code, out, err = ganbench(*command)
    clean(code, out, err, studies.parent)
    assert "127.0.0.1" in err + out


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_store(address: str, ganbench: Command, studies: Path) -> None:
    clean(*ganbench("report", *STUDY, "--store", address), studies.parent)
    clean(*ganbench("compare", address, address, *STUDY), studies.parent)


@pytest.mark.parametrize("address", ADDRESSES)
def test_optunas_storage(address: str, ganbench: Command, studies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTUNA_STORAGE", address)
    code, out, err = ganbench("run", *STUDY, "--device", "cpu")
    clean(code, out, err, studies.parent)
    assert err.startswith("ganbench: OPTUNA_STORAGE = ")


def begun(root: Path) -> None:
    """Leave the record of a study that has begun."""
    from benchmark.spec import load_spec
    from benchmark.tracking.spool import StudyRecord

    spec = load_spec("tiny", root / "studies")
    protocol = (
        '{"dataset": "digits", "resolution": 8, "split": "validation", "real_images": 1, "generated_images": 1,'
        ' "extractor": "x", "extractor_digest": "", "batch_norm": "", "torch_fidelity": ""}'
    )
    tags = {"spec": spec.model_dump_json(), "protocol": protocol, "baseline": "{}"}
    StudyRecord(tags, {"wgan": {}}, {"wgan": ""}).write(root / "runs" / "work" / spec.study_id)
