import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from benchmark.tracking.connection import PAUSE_SECONDS, Connection


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
