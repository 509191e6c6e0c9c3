import multiprocessing
from pathlib import Path

import optuna
import pytest
from database_servers import needs_postgres, postgresql
from optuna.storages import JournalStorage

from benchmark.errors import UserError
from benchmark.study.storage import KernelLock, check_storage, open_storage

SECRET = "hunter2"
AWAY = f"postgresql://me:{SECRET}@127.0.0.1:9/x"


def acquire_and_die(path: Path) -> None:
    KernelLock(path).acquire()


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    lock = KernelLock(tmp_path / "lock")
    holder = multiprocessing.get_context("spawn").Process(target=acquire_and_die, args=(tmp_path / "lock",))
    holder.start()
    holder.join(60)
    assert lock.acquire()
    lock.release()


def test_without_an_address_studies_lie_in_the_journal(tmp_path: Path) -> None:
    storage = open_storage(tmp_path / "runs" / "journal", None)
    assert isinstance(storage, JournalStorage)
    optuna.create_study(study_name="some", storage=storage)
    again = open_storage(tmp_path / "runs" / "journal", None)
    assert [study.study_name for study in again.get_all_studies()] == ["some"]


def test_files_are_not_reached_for(tmp_path: Path) -> None:
    check_storage(None)
    check_storage(f"sqlite:///{tmp_path}/no/folder.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.servers
@needs_postgres
def test_what_a_server_refuses_is_one_line_without_secrets(tmp_path: Path) -> None:
    with postgresql() as server:
        good = server.url("optuna")
        check_storage(good)
        optuna.create_study(study_name="some", storage=open_storage(tmp_path / "journal", good))
        wrong = {
            good.replace(server.password, SECRET): "password authentication failed for user ***",
            good.replace("//ganbench:", "//nobody:"): "password authentication failed for user ***",
            good.replace("/optuna", "/nosuch"): 'database "nosuch" does not exist',
            good.replace("127.0.0.1", "nosuch.invalid"): "failed to resolve host 'nosuch.invalid'",
            good + "?nosuch=1": 'invalid connection option "nosuch"',
        }
        server.stop()
        server.start()
        for address, reason in wrong.items():
            refused(address, reason, tmp_path, hidden=(SECRET, server.password, "nobody"))
        server.stop()
        refused(good, "Connection refused", tmp_path, hidden=(server.password,))
        server.start()
        again = open_storage(tmp_path / "journal", good)
        assert [study.study_name for study in again.get_all_studies()] == ["some"]


def refused(address: str, reason: str, tmp_path: Path, hidden: tuple[str, ...]) -> None:
    for reach in (check_storage, lambda url: open_storage(tmp_path / "journal", url)):
        with pytest.raises(UserError, match=r"^OPTUNA_STORAGE = 'postgresql\S*://\*\*\*@") as caught:
            reach(address)
        line = str(caught.value)
        assert reason in line
        assert "\n" not in line
        assert not [each for each in hidden if each in line]


@pytest.mark.servers
@needs_postgres
def test_a_host_that_says_nothing_is_not_waited_for_for_minutes() -> None:
    import socket
    import time

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # takes connections, and answers nothing
        begun = time.monotonic()
        address = f"postgresql+psycopg://me:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(UserError, match="timeout"):
            check_storage(f"{address}?connect_timeout=2")
        assert time.monotonic() - begun < 9
