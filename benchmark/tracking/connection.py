"""A tracking server that may be away: what is said, how long it is left alone, and what is sent again."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient

Job = Callable[["MlflowClient"], object]
PAUSE_SECONDS = 30.0
# MLflow's answers to a request that would fail again; after any other the server may come round.
REFUSALS = {
    "BAD_REQUEST",
    "INVALID_PARAMETER_VALUE",
    "INVALID_STATE",
    "RESOURCE_ALREADY_EXISTS",
    "RESOURCE_DOES_NOT_EXIST",
}


class Connection:
    """Runs jobs against MLflow; none raises because the server is away, and some are kept until it is back.

    Args:
        connect: Opens the client; called again after a failure.
        notify: Told once, in one line, when the server goes away, when it is back, and what it refuses.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        connect: Callable[[], "MlflowClient"],
        notify: Callable[[str], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._connect = connect
        self._notify = notify
        self._clock = clock
        self._client: MlflowClient | None = None
        self._away_until: float | None = None
        self._kept: dict[str, Job] = {}

    def attempt(self, job: Job) -> bool:
        """Run a job, or forget it if the server is away.

        Returns:
            Whether the server answered, be it with a refusal.
        """
        import requests
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import OperationalError

        if self._away_until is not None and self._clock() < self._away_until:
            return False
        try:
            self._client = self._client or self._connect()
            job(self._client)
        except MlflowException as error:
            return self._fail(str(error), is_refusal=error.error_code in REFUSALS)
        except (requests.RequestException, OperationalError, ConnectionError, TimeoutError) as error:
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

    def _fail(self, message: str, *, is_refusal: bool) -> bool:
        line = " ".join(message.split())[:300]
        if is_refusal:
            self._notify(f"MLflow refused a record (it stays on disk): {line}")
            return True
        if self._away_until is None:
            self._notify(f"MLflow does not answer; records stay on disk and are sent when it is back: {line}")
        self._away_until = self._clock() + PAUSE_SECONDS
        return False
