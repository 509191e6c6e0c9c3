import getpass

import pytest
from mlflow.utils import mlflow_tags

from benchmark.tracking import source
from benchmark.tracking.source import commit_tag, source_tags


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
def test_the_commit_is_that_of_what_git_describes(code: str, commit: str) -> None:
    assert commit_tag(code) == {"mlflow.source.git.commit": commit}


@pytest.mark.parametrize("code", ["unknown", "v0.1.0", ""])
def test_what_names_no_commit_has_no_tag(code: str) -> None:
    assert commit_tag(code) == {}


def test_who_and_what() -> None:
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
