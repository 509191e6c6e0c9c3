"""A storage whose server goes away in the middle of a study: it is waited for, and asked again from the beginning."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from benchmark.addresses import STORAGE, is_local, redacted
from benchmark.plain_text import one_line

Answer = TypeVar("Answer")
Words = ParamSpec("Words")

WAIT_SECONDS = 600.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0


class Outage:
    """Waits for a storage that does not answer; a study on files, whose storage is never away, waits for nothing.

    Args:
        url: Of the storage; None for the journal.
        notify: Told once, in one line, when the server goes away, and when it is back.
        sleep: Takes seconds; who ends the study ends the wait.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        url: str | None = None,
        notify: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = None if url is None or is_local(url) else url
        self._notify = notify
        self._sleep = sleep
        self._clock = clock

    def outlast(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question that may be asked again: it may have been heard, and its answer lost.

        Raises:
            UserError: if the server stays away for `WAIT_SECONDS`.
        """
        begun, pause = None, FIRST_PAUSE_SECONDS
        while True:
            try:
                answer = question()
            except Exception as error:
                if self._url is None or not is_lost(error):
                    raise
                if begun is None:
                    begun = self._clock()
                    self._notify(f"Optuna's storage does not answer, and the study waits for it: {_reason(error)}")
                if self._clock() - begun > WAIT_SECONDS:
                    problem = f"did not answer for {WAIT_SECONDS / 60:.0f} minutes: {_reason(error)}"
                    raise STORAGE.error(self._url, f"{problem}; once it does, the same command goes on") from error
                self._sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                if begun is not None:
                    self._notify("Optuna's storage is back: the study goes on")
                return answer


class Waits(Protocol):
    """Whose methods ask a storage."""

    outage: Outage


Asker = TypeVar("Asker", bound=Waits)


def outlasting(
    method: Callable[Concatenate[Asker, Words], Answer],
) -> Callable[Concatenate[Asker, Words], Answer]:
    """Have a method begin again where an outage cut it off; it goes by what the storage holds, as after a crash."""

    @wraps(method)
    def begun_again(asker: Asker, /, *args: Words.args, **kwargs: Words.kwargs) -> Answer:
        return asker.outage.outlast(lambda: method(asker, *args, **kwargs))

    return begun_again


def is_lost(error: BaseException) -> bool:
    """Whether an error is that of a server that was not reached or hung up; Optuna raises its own from the driver's."""
    each: BaseException | None = error
    while each is not None:
        if isinstance(each, OperationalError | InterfaceError):
            return True
        if isinstance(each, DBAPIError) and each.connection_invalidated:
            return True
        each = each.__cause__
    return False


def _reason(error: BaseException) -> str:
    """What the driver said, in one line."""
    cause: BaseException = error
    while cause.__cause__ is not None and not isinstance(cause, DBAPIError):
        cause = cause.__cause__
    return redacted(one_line(str(cause).partition("\n")[0]))[:300]
