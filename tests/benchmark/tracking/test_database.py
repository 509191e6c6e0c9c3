"""MLflow's SQLite file: damage is found and said, and nobody else's errors are taken for it."""

import sqlite3
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.tracking.database import check_database, database_file, reading


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE tags (key TEXT PRIMARY KEY, value TEXT)")
        connection.executemany("INSERT INTO tags VALUES (?, ?)", [(f"key-{n:04}", "v" * 90) for n in range(300)])
    connection.close()
    return path


def test_a_whole_database_passes(database: Path) -> None:
    check_database(database)
    assert database_file(f"sqlite:///{database}") == database
    assert database_file("http://127.0.0.1:5000") is None
    assert database_file(f"sqlite:///{database}.missing") is None


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"\x00" * 4096])
def test_garbage_is_none(content: bytes, database: Path) -> None:
    database.write_bytes(content)
    with pytest.raises(UserError, match=r"mlflow.db: MLflow cannot read it \(file is not a database\): move it away"):
        check_database(database)


def test_a_page_that_is_damaged_or_missing_is_found(database: Path) -> None:
    content = database.read_bytes()
    database.write_bytes(content[:4096] + b"\xff" * 64 + content[4160:])
    with pytest.raises(UserError, match="MLflow cannot read it"):
        check_database(database)
    database.write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match="MLflow cannot read it"):
        check_database(database)


def test_a_schema_that_is_no_text_is_found(database: Path) -> None:
    database.write_bytes(database.read_bytes().replace(b"CREATE TABLE tags", b"CREATE TA\x92LE tags", 1))
    with pytest.raises(UserError, match="MLflow cannot read it"):
        check_database(database)


def test_a_changed_key_no_longer_agrees_with_its_index(database: Path) -> None:
    content = database.read_bytes()
    database.write_bytes(content.replace(b"key-0150v", b"key-015av", 1))
    with pytest.raises(UserError, match=r"MLflow cannot read it \(.*index"):
        check_database(database)


def test_only_what_reads_the_database_raises_for_it(database: Path) -> None:
    uri = f"sqlite:///{database}"

    def ask() -> None:
        sqlalchemy = pytest.importorskip("sqlalchemy")
        with sqlalchemy.create_engine(uri).connect() as connection:
            connection.execute(sqlalchemy.text("SELECT missing FROM tags"))

    with pytest.raises(UserError, match=r"mlflow.db: MLflow cannot read it \(.*no such column: missing"), reading(uri):
        ask()
    with pytest.raises(KeyError), reading(uri):
        raise KeyError("ours")
    with pytest.raises(UserError, match="somebody's"), reading(uri):
        raise UserError("somebody's")
