import threading
from dataclasses import dataclass, field

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

from benchmark.tracking.connection import PAUSE_SECONDS, SLOW_SECONDS, Connection, Job


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def said():
    return []


def test_an_absent_server_is_left_alone_and_then_asked_again(clock, said, client):
    tries = []

    def connect() -> MlflowClient:
        tries.append(clock.now)
        if clock.now < PAUSE_SECONDS:
            raise ConnectionError("refused\nhere")
        return client

    connection = Connection(connect, said.append, clock)
    done = []
    connection.keep("first", lambda _: done.append("first"))
    connection.keep("second", lambda _: done.append("second"))
    connection.send_kept()
    connection.send_kept()
    assert not connection.attempt(lambda _: done.append("lost"))
    assert (tries, done) == ([0.0], [])
    assert said == ["MLflow does not answer; records stay on disk and are sent when it is back: refused here"]
    clock.now = PAUSE_SECONDS
    connection.send_kept()
    assert (tries, done) == ([0.0, PAUSE_SECONDS], ["first", "second"])
    assert said[1:] == ["MLflow is back: what was kept is being sent"]
    connection.send_kept()
    assert done == ["first", "second"]


def test_a_server_is_troubled_once_it_was_away_or_slow(clock, said, client):
    def refuse(_: MlflowClient) -> None:
        raise MlflowException("no such run", error_code=RESOURCE_DOES_NOT_EXIST)

    def request_of(seconds: float) -> Job:
        def job(client: MlflowClient) -> None:
            client.search_experiments()

        client.search_experiments = lambda: setattr(clock, "now", clock.now + seconds)
        return job

    connection = Connection(lambda: client, said.append, clock)
    assert connection.attempt(refuse)
    assert connection.attempt(request_of(SLOW_SECONDS / 2))
    assert not connection.troubled
    assert connection.attempt(request_of(2 * SLOW_SECONDS))
    assert connection.attempt(request_of(0.0))
    assert connection.troubled

    def unreachable() -> MlflowClient:
        raise ConnectionError("refused")

    connection = Connection(unreachable, said.append, clock)
    assert not connection.attempt(refuse)
    assert connection.troubled


def test_rest_ends_the_pause(clock, said, client):
    connection = Connection(lambda: client, said.append, clock)

    def fail(_: MlflowClient) -> None:
        raise MlflowException("database is locked")

    assert not connection.attempt(fail)
    assert not connection.attempt(lambda _: None)
    connection.rest()
    assert connection.attempt(lambda _: None)


def test_a_refusal_is_said_and_not_tried_again(clock, said, client):
    connection = Connection(lambda: client, said.append, clock)
    connection.keep("bad", lambda c: c.get_run("0" * 32))
    connection.keep("good", lambda c: c.search_experiments())
    connection.send_kept()
    connection.send_kept()
    assert len(said) == 1
    assert said[0].startswith("MLflow refused a record (it stays on disk): Run with id=")


def test_programming_errors_are_raised(clock, said, client):
    connection = Connection(lambda: client, said.append, clock)
    with pytest.raises(TypeError):
        connection.attempt(lambda c: c.get_run())


@dataclass
class Flaky:
    """Makes runs, and loses the answer to some of its requests."""

    lost: set[int]
    made: list[str] = field(default_factory=list)
    asked: int = 0

    def find(self, name: str) -> bool:
        self.asked += 1
        return name in self.made

    def make(self, name: str) -> None:
        self.made.append(name)
        self.asked += 1
        if self.asked in self.lost:
            raise ConnectionError("Remote end closed connection without response")


def test_a_job_whose_answer_was_lost_is_run_again_and_makes_nothing_twice(clock, said, monkeypatch):
    monkeypatch.setattr("benchmark.tracking.connection.RETRY_SECONDS", 0.0)
    known, flaky = {"run": "old"}, Flaky({2})

    def job(client) -> None:
        if not client.find("run"):
            client.make("run")

    connection = Connection(lambda: flaky, said.append, clock, forget=known.clear)
    assert connection.attempt(job)
    assert (flaky.made, known, said) == (["run"], {}, [])


def test_one_that_fails_twice_waits_for_the_pause(clock, said, monkeypatch):
    monkeypatch.setattr("benchmark.tracking.connection.RETRY_SECONDS", 0.0)
    flaky = Flaky({1, 2})
    connection = Connection(lambda: flaky, said.append, clock)
    assert not connection.attempt(lambda client: client.make("run"))
    assert len(said) == 1
    assert not connection.attempt(lambda client: client.find("run"))
    assert flaky.asked == 2


def test_who_is_stopped_asks_nothing_more(clock, said):
    flaky, begun, stopped = Flaky(set()), threading.Event(), threading.Event()
    connection = Connection(lambda: flaky, said.append, clock)
    done = []

    def job(client) -> None:
        client.make("first")
        begun.set()
        assert stopped.wait(60)
        client.make("second")

    thread = threading.Thread(target=lambda: done.append(connection.attempt(job)))
    thread.start()
    assert begun.wait(60)
    connection.stop()
    stopped.set()
    thread.join()
    assert (done, flaky.made, said, connection.stopped) == ([False], ["first"], [], True)
    assert not connection.attempt(lambda client: client.make("third"))
    assert flaky.made == ["first"]


def test_no_password_is_said(clock, said):
    def connect() -> MlflowClient:
        raise ConnectionError("API request to http://me:hunter2@host/api failed")

    assert not Connection(connect, said.append, clock).attempt(lambda _: None)
    assert said[0].endswith("API request to http://***@host/api failed")
