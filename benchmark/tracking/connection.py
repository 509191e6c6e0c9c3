"""A tracking server that may be away: what is said, how long it is left alone, and what is sent again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from benchmark.addresses import redacted

if TYPE_CHECKING:
    from mlflow import MlflowClient

Job = Callable[["MlflowClient"], object]
PAUSE_SECONDS = 30.0
RETRY_SECONDS = 1.0
SLOW_SECONDS = 0.8  # no request takes so long of a server that is well
# MLflow's answers to a request that would fail again; after any other the server may come round.
REFUSALS = {
    "BAD_REQUEST",
    "INVALID_PARAMETER_VALUE",
    "INVALID_STATE",
    "RESOURCE_ALREADY_EXISTS",
    "RESOURCE_DOES_NOT_EXIST",
}


class StoppedError(Exception):
    """Nothing more is to be sent."""


class _Client:
    """A client that asks nothing more once it was stopped, be it in the middle of a job.

    Args:
        client: Whose requests it makes.
        around: Entered for each; may raise.
    """

    def __init__(self, client: "MlflowClient", around: Callable[[], AbstractContextManager[None]]) -> None:
        self._client = client
        self._around = around

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def request(*args: Any, **kwargs: Any) -> Any:
            with self._around():
                return method(*args, **kwargs)

        return request


class Connection:
    """Runs jobs against MLflow; none raises because the server is away, and some are kept until it is back.

    A job may be run again from its beginning, so it asks what is there before it makes something.

    Args:
        connect: Opens the client; called again after a failure.
        notify: Told once, in one line, when the server goes away, when it is back, and what it refuses.
        clock: Seconds that only grow.
        forget: Called after a failure: what was known of the server may not be so, for an answer was lost.
    """

    def __init__(
        self,
        connect: Callable[[], "MlflowClient"],
        notify: Callable[[str], None],
        clock: Callable[[], float] = monotonic,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        self._connect = connect
        self._notify = notify
        self._clock = clock
        self._forget = forget
        self._client: MlflowClient | None = None
        self._away_until: float | None = None
        self._kept: dict[str, Job] = {}
        self._stopped = Event()
        self.last_request = clock()  # when the last one was begun
        self.troubled = False  # whether the server was ever away or slow

    def attempt(self, job: Job) -> bool:
        """Run a job, or forget it if the server is away.

        Returns:
            Whether the server answered, be it with a refusal.
        """
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import DBAPIError

        mishaps = (OSError, DBAPIError)  # a request's errors are OSErrors
        if self._stopped.is_set() or (self._away_until is not None and self._clock() < self._away_until):
            return False
        try:
            self._run(job, (MlflowException, *mishaps))
        except StoppedError:
            return False
        except MlflowException as error:
            return self._fail(str(error), is_refusal=error.error_code in REFUSALS)
        except mishaps as error:
            return self._fail(str(error), is_refusal=False)
        if self._away_until is not None:
            self._away_until = None
            self._notify("MLflow is back: what was kept is being sent")
        return True

    def keep(self, name: str, job: Job) -> None:
        """Remember a job until it is done; one of the same name takes its place."""
        self._kept[name] = job

    def send_kept(self) -> None:
        """Run the kept jobs in the order they came, until the server is away."""
        for name, job in list(self._kept.items()):
            if not self.attempt(job):
                return
            del self._kept[name]

    def rest(self) -> None:
        """Forget the pause, so that the next job tries again at once."""
        self._away_until = self._clock() if self._away_until is not None else None

    def stop(self) -> None:
        """Send nothing more, from whichever thread: the job under way ends before its next request."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is sent."""
        return self._stopped.is_set()

    def _run(self, job: Job, mishaps: tuple[type[Exception], ...]) -> None:
        """Run a job, and once more after a mishap on the way: a single lost answer is no reason for a pause."""
        self._client = self._client or cast("MlflowClient", _Client(self._connect(), self._request))
        try:
            job(self._client)
        except mishaps as error:
            if getattr(error, "error_code", None) in REFUSALS:
                raise
            self._forget()
            self._stopped.wait(RETRY_SECONDS)
            job(self._client)

    @contextmanager
    def _request(self) -> Iterator[None]:
        if self._stopped.is_set():
            raise StoppedError
        self.last_request = self._clock()
        yield
        self.troubled |= self._clock() - self.last_request > SLOW_SECONDS

    def _fail(self, message: str, *, is_refusal: bool) -> bool:
        line = redacted(" ".join(message.split()))[:300]
        self._forget()
        if is_refusal:
            self._notify(f"MLflow refused a record (it stays on disk): {line}")
            return True
        self.troubled = True
        if self._away_until is None:
            self._notify(f"MLflow does not answer; records stay on disk and are sent when it is back: {line}")
        self._away_until = self._clock() + PAUSE_SECONDS
        return False
