"""Ending on request: SIGTERM and SIGHUP, in a worker and in the parent of a study."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REQUESTS = (signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A worker was asked to end, and is at a place where it can."""


class Terminated(BaseException):
    """The parent of a study was asked to end.

    Args:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.name = signal.Signals(number).name
        self.exit_code = 128 + number  # as shells have it


class StopRequest:
    """Whether a worker was asked to end.

    An update is not cut in two, so a request is looked at between updates; where a worker only waits or measures, it
    ends at once.

    Attributes:
        made: Whether it was asked.
        number: The last signal that asked.
    """

    def __init__(self) -> None:
        self.made = False
        self.number: int = signal.SIGINT
        self._ends_at_once = False

    def listen(self) -> None:
        """Take signals as requests; those that the process was told to ignore, as `nohup` does, stay so."""
        for number in REQUESTS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Within it Ctrl-C is a request too, in the main thread; the second one ends at once."""

        def on_interrupt(number: int, frame: FrameType | None) -> None:
            if self.made:
                raise KeyboardInterrupt
            self._on_signal(number)

        before = {number: signal.getsignal(number) for number in (signal.SIGINT, *REQUESTS)}
        self.listen()
        if before[signal.SIGINT] is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, on_interrupt)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def check(self) -> None:
        """End here if asked to.

        Raises:
            Stopped: if so.
        """
        if self.made:
            raise Stopped

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Within it a request raises `Stopped` wherever the process is; nothing that is kept may change meanwhile."""
        self._ends_at_once = True
        try:
            self.check()
            yield
        finally:
            self._ends_at_once = False

    def _on_signal(self, number: int, _: FrameType | None = None) -> None:
        self.made, self.number = True, number
        if self._ends_at_once:
            raise Stopped


@contextmanager
def terminated_by_signals() -> Iterator[None]:
    """Within it the first SIGTERM or SIGHUP raises `Terminated` in the main thread; more of them are not heard.

    What the parent of a study writes is whole or not there at any moment, as a kill would leave it, so it may end
    anywhere.
    """

    def raise_once(number: int, frame: FrameType | None) -> None:
        for each in taken:
            signal.signal(each, signal.SIG_IGN)
        raise Terminated(number)

    before = {number: signal.getsignal(number) for number in REQUESTS}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, raise_once)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
