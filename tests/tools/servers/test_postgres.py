from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from database_servers import needs_postgres, postgresql

from benchmark.errors import UserError
from tools.servers import postgres
from tools.servers.postgres import PostgreSQL

pytestmark = [pytest.mark.servers, needs_postgres]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with postgresql() as server:
        yield server


def answers(url: str, question: str) -> list[tuple[object, ...]]:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(question))
        rows = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return rows


def test_what_was_written_outlives_a_restart(server: PostgreSQL) -> None:
    answers(server.url("optuna"), "CREATE TABLE kept AS SELECT 42 AS value")
    assert answers(server.url("optuna"), "SELECT value FROM kept") == [(42,)]
    assert answers(server.url("mlflow"), "SELECT to_regclass('kept')") == [(None,)]
    port, password = server.port, server.password
    server.stop()
    assert not [each for each in psutil.net_connections("tcp") if each.status == "LISTEN" and each.laddr.port == port]
    server.start()
    assert (server.port, server.password) == (port, password)
    assert answers(server.url("optuna"), "SELECT value FROM kept") == [(42,)]


def test_it_listens_on_this_host_alone(server: PostgreSQL) -> None:
    found = [each.laddr.ip for each in psutil.net_connections("tcp") if each.laddr and each.laddr.port == server.port]
    assert set(found) == {"127.0.0.1"}
    assert answers(server.url("optuna"), "SHOW unix_socket_directories") == [("",)]


def test_without_the_password_nobody_gets_in(server: PostgreSQL) -> None:
    from sqlalchemy.exc import OperationalError

    wrong = server.url("optuna").replace(server.password, "wrong")
    with pytest.raises(OperationalError, match="password authentication failed"):
        answers(wrong, "SELECT 1")


def test_a_server_that_cannot_start_says_where_the_reason_is(server: PostgreSQL) -> None:
    folder = Path(server._folder)
    with pytest.raises(UserError, match=r"PostgreSQL did not start: .*log says why"):
        PostgreSQL(folder).start()  # another one runs with its data
    assert answers(server.url("optuna"), "SELECT 1") == [(1,)]


def test_without_postgresql_a_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "postgres_programs", lambda: None)
    with pytest.raises(UserError, match="PostgreSQL is not installed: `apt-get install postgresql`"):
        PostgreSQL(tmp_path)
