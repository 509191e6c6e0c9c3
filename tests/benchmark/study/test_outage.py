import pytest
from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import DataError, OperationalError

from benchmark.errors import UserError
from benchmark.study.outage import LONGEST_PAUSE_SECONDS, WAIT_SECONDS, Outage, is_lost, outlasting

URL = "postgresql://me:hunter2@h/x"


def lost() -> StorageInternalError:
    """What Optuna raises where a server hung up."""
    error = StorageInternalError("An exception is raised during the commit.")
    error.__cause__ = OperationalError("SELECT 1", {}, Exception('refused user "me"\nIs it running?'))
    return error


class Sleeper:
    """A clock that is ahead as soon as somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Server:
    """Is away for its first questions."""

    def __init__(self, away: int, error: Exception) -> None:
        self._left = away
        self._error = error
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        if self.asked <= self._left:
            raise self._error
        return self.asked


def outage(url: str | None, lines: list[str]) -> tuple[Outage, Sleeper]:
    sleeper = Sleeper()
    return Outage(url, lines.append, sleeper, lambda: sleeper.now), sleeper


def test_a_question_is_asked_again_until_there_is_an_answer() -> None:
    lines: list[str] = []
    waiting, sleeper = outage(URL, lines)
    assert waiting.outlast(Server(7, lost())) == 8
    assert sleeper.slept == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]
    assert lines == [
        "Optuna's storage does not answer, and the study waits for it: (builtins.Exception) refused user ***",
        "Optuna's storage is back: the study goes on",
    ]
    assert waiting.outlast(Server(0, lost())) == 1
    assert len(lines) == 2


def test_a_server_that_stays_away_is_one_line_without_secrets() -> None:
    lines: list[str] = []
    waiting, sleeper = outage(URL, lines)
    with pytest.raises(
        UserError, match=r"OPTUNA_STORAGE = 'postgresql://\*\*\*@h/x': did not answer for 10 minutes"
    ) as end:
        waiting.outlast(Server(10**6, lost()))
    assert str(end.value).endswith("once it does, the same command goes on")
    assert "hunter2" not in str(end.value) + "".join(lines)
    assert "\n" not in str(end.value)
    assert len(lines) == 1
    assert WAIT_SECONDS < sleeper.now <= WAIT_SECONDS + LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize("url", [None, "sqlite:///x.db"])
def test_files_are_never_waited_for(url: str | None) -> None:
    waiting, sleeper = outage(url, [])
    with pytest.raises(StorageInternalError):
        waiting.outlast(Server(1, lost()))
    assert sleeper.slept == []


def test_what_would_fail_again_is_not_asked_again() -> None:
    waiting, sleeper = outage(URL, [])
    for error in (KeyError("ours"), DataError("INSERT", {}, Exception("too long"))):
        server = Server(1, error)
        with pytest.raises(type(error)):
            waiting.outlast(server)
        assert server.asked == 1
    assert sleeper.slept == []


def test_a_connection_that_was_cut_is_lost_whatever_the_driver_calls_it() -> None:
    assert is_lost(lost())
    assert is_lost(DataError("x", {}, Exception(), connection_invalidated=True))
    assert not is_lost(DataError("x", {}, Exception()))
    assert not is_lost(StorageInternalError("x"))


def test_a_method_begins_again_with_the_same_words() -> None:
    class Asker:
        def __init__(self) -> None:
            self.outage, _ = outage(URL, [])
            self.server = Server(2, lost())
            self.seen: list[tuple[int, str]] = []

        @outlasting
        def ask(self, number: int, *, name: str) -> int:
            """Asks."""
            self.seen.append((number, name))
            return self.server()

    asker = Asker()
    assert asker.ask(3, name="x") == 3
    assert asker.seen == [(3, "x")] * 3
    assert Asker.ask.__doc__ == "Asks."
