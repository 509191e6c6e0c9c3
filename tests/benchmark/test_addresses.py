"""Addresses that cannot be used are one line, and none shows a password."""

import os
import socket
import sys
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import pytest
import requests
from requests.utils import should_bypass_proxies
from sqlalchemy import create_engine, text

from benchmark.addresses import (
    STORAGE,
    STORE,
    TRACKING,
    check,
    go_around_proxies,
    is_local,
    is_server,
    redacted,
    sqlite_file,
    sqlite_url,
    without_user,
)
from benchmark.errors import UserError

ODD = ["a%20b", "a%41b", "a%b", "a#b", "a?b", "aüb", "a b", "a+b", "a&b=c", "plain"]


def refusal(address: str, setting=TRACKING) -> str:
    with pytest.raises(UserError) as caught:
        check(address, setting)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{setting.name} = ")
    return line


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite+nodriver:///x", "there is no driver 'nodriver'; allowed: sqlite://"),
        ("postgresql://h:notaport/x", "must be postgresql://USER:PASSWORD@HOST:PORT/NAME, PORT a number"),
        ("http://[::1", "must be http://HOST or http://HOST:PORT, with a port of 1 to 65535"),
        ("http://", "must be http://HOST"),
        ("http://host:99999", "a port of 1 to 65535"),
        ("http://host:0", "a port of 1 to 65535"),
        ("sqlite://", "is kept nowhere; name a file: sqlite:///FILE"),
        ("sqlite:///:memory:", "is kept nowhere"),
        ("sqlite://relative/x.db", "must be sqlite:///FILE"),
        ("file:./mlruns", "mlflow migrate-filestore --source FOLDER --target sqlite:///FILE"),
        ("file:///some/folder", "mlflow migrate-filestore"),
        ("./mlruns", "mlflow migrate-filestore"),
        ("x://y", "must begin with one of sqlite, postgresql, mysql, mssql, http, https, then ://"),
        ("databricks", "must begin with one of sqlite"),
        ("postgresql+pg8000://user@host/name", "its driver 'pg8000' is not installed: `pip install` it"),
        ("http://ho st", "must have no white space"),
        ("postgresql://host/a\nb", "must have no white space"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_line_with_what_is_allowed(address: str, words: str) -> None:
    assert words in refusal(address)


def test_the_driver_that_an_extra_brings_is_told_by_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it is not installed
    assert "its driver 'psycopg' is not installed: `pip install 'ganbench[servers]'`" in refusal("postgresql://h/x")


def test_what_is_no_database_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty.db").touch()
    assert "is no SQLite database" in refusal(f"sqlite:///{tmp_path}/notes.txt", STORE)
    assert "is a folder" in refusal(f"sqlite:///{tmp_path}")
    for name in ("empty.db", "new.db"):
        assert check(f"sqlite:///{tmp_path}/{name}", TRACKING) == f"sqlite:///{tmp_path}/{name}"


@pytest.mark.parametrize("address", ["sqlite+nodriver:///x", "postgresql://h:notaport/x", "sqlite://", "x://y"])
def test_optunas_storage_is_held_to_the_same(address: str) -> None:
    assert "OPTUNA_STORAGE" in refusal(address, STORAGE)


@pytest.mark.parametrize("address", ["http://host:1", "file:./mlruns", "mlruns", "redis://host"])
def test_optuna_keeps_its_studies_in_databases_alone(address: str) -> None:
    line = refusal(address, STORAGE)
    assert "must begin with one of sqlite, postgresql, mysql, mssql, oracle, then ://" in line
    assert "migrate" not in line


@pytest.mark.parametrize("address", ["http://host:5000", "https://[::1]:443/path", "http://localhost"])
def test_a_servers_address_stays_as_it_is(address: str) -> None:
    assert check(address, TRACKING) == address
    assert is_server(address)
    assert not is_local(address)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:secret@host:5432/x", "postgresql://***@host:5432/x"),
        ("'http://me:se/cr@et@host' failed", "'http://***@host' failed"),
        ("https://token@host/path", "https://***@host/path"),
        ("mysql://host/x?user=me&password=secret&ssl=1", "mysql://host/x?user=me&password=***&ssl=1"),
        ("http://h/x?access_token=secret", "http://h/x?access_token=***"),
        ("sqlite:////home/me@work/mlflow.db", "sqlite:////home/me@work/mlflow.db"),
        ("http://host:5000/#/experiments/1", "http://host:5000/#/experiments/1"),
        ("two: http://a:secret@b and ftp://c:secret@d.", "two: http://***@b and ftp://***@d."),
        ("no address, user@host", "no address, user@host"),
        ('failed for user "me": role "me" is not there', "failed for user ***: role *** is not there"),
        (
            "Access denied for user 'me'@'h' (using password: YES)",
            "Access denied for user ***@'h' (using password: YES)",
        ),
    ],
)
def test_a_text_without_what_lets_somebody_in(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://me:hunter2@[::1",
            "http://me:hunter2@host:99999",
            "http://me:hun#ter2@host",
            "http://me:hunter2 @host",
        ),
        *("postgresql://me:hunter2@h:notaport/x", "postgresql://me:hun/ter2@h:x/x", "x://me:hunter2@y"),
        *("postgresql://me:hunter2@h/x", "mysql://h/x?password=hunter2", "file://me:hunter2@host"),
    ],
)
@pytest.mark.parametrize("setting", [TRACKING, STORE, STORAGE], ids=lambda setting: setting.name)
def test_no_refusal_shows_a_password(address: str, setting) -> None:
    try:
        check(address, setting)
    except UserError as error:
        chain = [error, error.__cause__]
        assert not any(word in str(chain[0]) for word in ("hunter2", "hun#", "ter2", "hun/"))


@pytest.mark.parametrize("name", ODD)
def test_an_sqlite_file_is_where_its_path_says(name: str, tmp_path: Path) -> None:
    """SQLAlchemy decodes the path of a URL."""
    path = tmp_path / name / "mlflow.db"
    path.parent.mkdir()
    url = sqlite_url(path)
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("create table t (x)"))
    engine.dispose()
    assert path.is_file()
    assert sqlite_file(url) == path
    assert check(url, TRACKING) == url
    assert is_local(url)
    assert sorted(each.name for each in tmp_path.iterdir()) == [name]


def test_what_is_no_sqlite_file() -> None:
    assert sqlite_file("http://host") is None
    assert sqlite_file("sqlite://") is None
    assert sqlite_file("sqlite+pysqlite:///a%3Fb?timeout=5") == Path("a?b")


def test_user_and_host() -> None:
    assert without_user("http://me:p%40ss@host:1/x") == ("http://host:1/x", "me:p@ss")
    assert without_user("http://host:1/x") == ("http://host:1/x", "")


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.0.0.2"])
def test_a_proxy_is_not_asked_for_this_host(host: str, proxied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intern.example")
    url = f"http://{host}:5000/x"
    assert not should_bypass_proxies(url, None)
    go_around_proxies()
    assert should_bypass_proxies(url, None)
    assert should_bypass_proxies("http://a.intern.example", None)
    assert not should_bypass_proxies("http://example.org", None)
    if host != "127.0.0.2":  # urllib knows no ranges
        assert proxy_bypass(f"{host}:5000")
    before = os.environ["no_proxy"]
    go_around_proxies()
    assert os.environ["no_proxy"] == before
    assert getproxies()["http"] == "http://127.0.0.1:9"


def test_a_request_reaches_this_host_past_a_proxy_that_is_dead(proxied: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        go_around_proxies()
        with pytest.raises(requests.Timeout):  # it was reached, and says nothing
            requests.get(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=(5, 0.2))
        peer, _ = server.accept()
        assert peer.recv(3) == b"GET"
        peer.close()


def test_who_wants_no_proxy_at_all_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("NO_PROXY", raising=False)
    go_around_proxies()
    assert os.environ["no_proxy"] == "*"
