"""MLflow's own server, its records in a database and its artifacts in a folder, on 127.0.0.1 alone."""

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from benchmark.errors import UserError
from tools.servers.ports import HOST, free_port

ADMIN = "admin"  # whom MLflow's first start with authentication makes
PATIENCE_SECONDS = 120.0
QUIET = {
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # eight processes that nothing here has use for
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
_DIRECT = build_opener(ProxyHandler({}))


class TrackingServer:
    """A server whose artifacts, log and password lie in a folder.

    Args:
        folder: Its own; made if it is not there.
        database: The address of the database with its records.
        port: Where it listens; a free one if 0.
        asks_for_names: Whether it lets in only those who have a name and a password.

    Raises:
        UserError: if it is to ask for names and what does that is not installed.
    """

    def __init__(self, folder: Path, database: str, port: int = 0, *, asks_for_names: bool = False) -> None:
        if asks_for_names and find_spec("flask_wtf") is None:
            raise UserError("--auth: MLflow's authentication is not installed: `pip install 'mlflow[auth]'`")
        self.port = port or free_port()
        self._folder = folder.resolve()
        self._database = database
        self._process: subprocess.Popen[bytes] | None = None
        self._folder.mkdir(parents=True, exist_ok=True)
        self.password = self._known_password() if asks_for_names else ""

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """The variables that have MLflow's client use it."""
        user = {"MLFLOW_TRACKING_USERNAME": ADMIN, "MLFLOW_TRACKING_PASSWORD": self.password}
        return {"MLFLOW_TRACKING_URI": self.uri} | (user if self.password else {})

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            UserError: if it does not.
        """
        words = ["--host", HOST, "--port", str(self.port), "--workers", "1"]
        words += ["--artifacts-destination", str(self._folder / "artifacts")]
        # Everybody on a host reads arguments; of the environment only the user does.
        environment = {**QUIET, "MLFLOW_BACKEND_STORE_URI": self._database}
        if self.password:
            words += ["--app-name", "basic-auth"]
            environment |= {
                "MLFLOW_AUTH_ADMIN_PASSWORD": self.password,
                "MLFLOW_FLASK_SERVER_SECRET_KEY": self.password,
            }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", *words],
                env=os.environ | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self._folder,  # where MLflow keeps the names it knows
            )
        self._wait(self._process)

    def stop(self) -> None:
        """End it and its workers, which are the processes of its session."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError):
                if self._answers():
                    return
            time.sleep(0.2)
        self.stop()
        raise UserError(f"MLflow's server did not start: {self._folder / 'log'} says why")

    def _answers(self) -> bool:
        try:
            _DIRECT.open(f"{self.uri}/health", timeout=5).close()
        except HTTPError as error:
            return error.code in (401, 403)  # it is there, and wants a name first
        return True

    def _known_password(self) -> str:
        """The folder's password; a fresh one for a fresh folder."""
        file = self._folder / "password"
        if not file.is_file():
            file.touch(0o600)
            file.write_text(secrets.token_urlsafe(18), encoding="utf-8")
        return file.read_text(encoding="utf-8")
