"""`make ui`: MLflow's own server, opened on the comparison of the variants."""

import json
import os
import signal
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from benchmark.addresses import go_around_proxies, is_server, sqlite_file, without_user
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.tracking.relocation import relocate
from benchmark.tracking.store import ENVIRONMENT, artifact_location, tracking_uri
from benchmark.tracking.view import comparison_path

HOST = "127.0.0.1"
START_SECONDS = 120.0
LOG = "ui.log"
STOP_SECONDS = 10.0
# A proxy knows nothing of this host's own server, and few who set one also set no_proxy.
DIRECT = build_opener(ProxyHandler({}))
_ACCESS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: ": set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
    HTTPStatus.FORBIDDEN: ": this user may not, or the server was not started with --allowed-hosts of this name",
}


def serve(spec: Spec, paths: Paths, port: int, uri: str | None = None, announce: Callable[[str], None] = print) -> None:
    """Serve MLflow's UI on this host alone until interrupted, and say where the comparison is.

    Where the records are kept by a tracking server, that server's address is said and nothing is started.

    Args:
        spec: The study to open on.
        paths: The folders of the checkout.
        port: Where to listen, 1 to 65535.
        uri: MLflow's tracking URI; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
        announce: Told the URL, in one line.

    Raises:
        UserError: if the study has no runs yet, the port is taken, or the server does not start.
    """
    address = tracking_uri(paths, uri)
    if is_server(address):
        base, user = without_user(address)
        announce(comparison_url(base, _experiment_id(base, spec.study_id, _opener(user))))
        return
    _check(address, port)
    if moved := relocate(paths):
        announce(moved)
    base = f"http://{HOST}:{port}"
    command = _command(artifact_location(paths, address, spec.study_id), port)
    with _server(command, address, paths.runs) as process:
        _wait_until_up(process, base, paths.runs / LOG)
        announce(f"{comparison_url(base, _experiment_id(base, spec.study_id, DIRECT))}  (Ctrl-C ends it)")
        process.wait()


def _opener(user: str) -> OpenerDirector:
    """Who asks a server as MLflow's client does: around proxies on this host, and as somebody whom it knows."""
    go_around_proxies()
    opener, token = build_opener(), os.environ.get("MLFLOW_TRACKING_TOKEN")
    name, password = (os.environ.get(f"MLFLOW_TRACKING_{each}", "") for each in ("USERNAME", "PASSWORD"))
    user = f"{name}:{password}" if name else user
    if user:
        opener.addheaders.append(("Authorization", f"Basic {b64encode(user.encode()).decode()}"))
    elif token:
        opener.addheaders.append(("Authorization", f"Bearer {token}"))
    return opener


def comparison_url(base: str, experiment_id: str) -> str:
    """The address of the leaderboard on the server at `base`."""
    return base.rstrip("/") + comparison_path(experiment_id)


def _experiment_id(base: str, study_id: str, opener: OpenerDirector) -> str:
    """Ask the server itself: importing MLflow here would take longer than the answer."""
    query = urlencode({"experiment_name": study_id})
    try:
        with opener.open(f"{base.rstrip('/')}/api/2.0/mlflow/experiments/get-by-name?{query}", timeout=10) as answer:
            return str(json.load(answer)["experiment"]["experiment_id"])
    except HTTPError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            raise UserError(f"MLflow at {base} has no runs of study {study_id!r}: run the study first") from error
        raise UserError(f"MLflow at {base} answers {error}{_ACCESS.get(error.code, '')}") from error
    except OSError as error:
        raise UserError(f"MLflow at {base} does not answer: {error}") from error


def _check(address: str, port: int) -> None:
    database = sqlite_file(address)
    if database is not None and not database.is_file():
        raise UserError(f"{database}: no records yet; run a study first")
    with socket.socket() as probe:
        # As the server does it, so that a port that was used a moment ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise UserError(f"port {port} on {HOST}: cannot listen there ({error}); choose another") from error


def _command(artifacts: str | None, port: int) -> list[str]:
    root = ["--default-artifact-root", artifacts] if artifacts else []
    return [sys.executable, "-m", "mlflow", "server", *root, "--host", HOST, "--port", str(port), "--workers", "1"]


@contextmanager
def _server(command: list[str], address: str, runs: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The server in a session of its own, its log under runs/; Ctrl-C and SIGTERM end it with all its children."""
    # Its job runner would be eight more processes for features that are not used here.
    settings = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    # Not as an argument, which everybody on this host could read: it may hold a password.
    environment = os.environ | ENVIRONMENT | settings | {"MLFLOW_BACKEND_STORE_URI": address}
    before = signal.signal(signal.SIGTERM, _interrupt)
    with (runs / LOG).open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        except KeyboardInterrupt:
            return
        finally:
            _end(process)
            signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            process.wait()
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_until_up(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            with DIRECT.open(f"{base}/health", timeout=1):
                return
        except OSError:
            sleep(0.2)
    raise UserError(f"MLflow's server did not start on {base}: see {log}")
