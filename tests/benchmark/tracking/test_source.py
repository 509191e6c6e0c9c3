import getpass
import shutil
import subprocess
from pathlib import Path

import pytest
from mlflow.utils import mlflow_tags

from benchmark.tracking import source
from benchmark.tracking.source import commit_tag, source_tags


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own that the code pretends to lie in."""
    file = tmp_path / "checkout" / "source.py"
    file.parent.mkdir()
    file.write_text("", encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=file.parent, check=True)
    subprocess.run(["git", "add", "source.py"], cwd=file.parent, check=True)
    monkeypatch.setattr(source, "__file__", str(file))
    return file


def test_the_tags_are_mlflows() -> None:
    names = [source.TAG_USER, source.TAG_SOURCE, source.TAG_SOURCE_TYPE, source.TAG_COMMIT]
    assert names == [
        mlflow_tags.MLFLOW_USER,
        mlflow_tags.MLFLOW_SOURCE_NAME,
        mlflow_tags.MLFLOW_SOURCE_TYPE,
        mlflow_tags.MLFLOW_GIT_COMMIT,
    ]


@pytest.mark.parametrize(
    ("code", "commit"),
    [
        ("0123456789ab", "0123456789ab"),
        ("0123456789ab-dirty", "0123456789ab"),
        ("v0.1.0-14-g0123456789ab", "0123456789ab"),
        ("v0.1.0-14-g0123456789ab-dirty", "0123456789ab"),
    ],
)
def test_the_commit_is_that_of_what_git_describes(code: str, commit: str, checkout: Path) -> None:
    assert commit_tag(code) == {"mlflow.source.git.commit": commit}


@pytest.mark.parametrize("code", ["unknown", "v0.1.0", ""])
def test_what_names_no_commit_has_no_tag(code: str, checkout: Path) -> None:
    assert commit_tag(code) == {}


def test_code_outside_of_a_checkout_has_none_even_in_somebody_elses(checkout: Path) -> None:
    installed = checkout.parent / "venv" / "source.py"
    installed.parent.mkdir()
    shutil.copy(checkout, installed)  # which that checkout does not track
    assert source._is_tracked(checkout)
    assert not source._is_tracked(installed)


def test_who_and_what(checkout: Path) -> None:
    tags = source_tags("0123456789ab")
    assert tags == {
        "mlflow.source.name": "ganbench",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": "0123456789ab",
        "mlflow.user": getpass.getuser(),
    }


def test_a_user_without_a_name_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)  # of whom no database knows
    assert "mlflow.user" not in source_tags("unknown")
