"""A real MLflow server, and a proxy before it that can be away, fail, be slow or lose its answers."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from pools import PATIENCE
from serving import free_port

DIRECT = build_opener(ProxyHandler({}))
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}


@contextmanager
def mlflow_server(folder: Path, *more: str, **environment: str) -> Iterator[int]:
    """MLflow's own server with its database and artifacts in a folder; gives its port."""
    port = free_port()
    where = [
        "--backend-store-uri",
        f"sqlite:///{folder}/server.db",
        "--artifacts-destination",
        str(folder / "artifacts"),
    ]
    command = [sys.executable, "-m", "mlflow", "server", *where, "--host", "127.0.0.1", "--port", str(port), *more]
    settings = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--workers", "1"],
            env=os.environ | settings | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=folder,
        )
    try:
        _wait(process, port, folder / "server.log")
        yield port
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            DIRECT.open(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except HTTPError:  # it is up, and wants a name first
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"MLflow's server did not start: {log.read_text()[-2000:]}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Proxy"

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:  # who asked is gone
            self.close_connection = True

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests += 1
        MODES[self.server.mode](self, body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass

    def ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """The server's own answer."""
        connection = HTTPConnection("127.0.0.1", self.server.upstream, timeout=PATIENCE)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        connection.request(self.command, self.path, body, headers | {"Content-Length": str(len(body))})
        found = connection.getresponse()
        content = found.read()
        connection.close()
        return found.status, found.getheaders(), content

    def reply(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def hang_up(self) -> None:
        self.close_connection = True


def _good(handler: _Handler, body: bytes) -> None:
    handler.reply(*handler.ask(body))


def _away(handler: _Handler, body: bytes) -> None:
    handler.hang_up()


def _failing(handler: _Handler, body: bytes) -> None:
    handler.reply(500, [], b"no")


def _slow(handler: _Handler, body: bytes) -> None:
    time.sleep(1.0)
    _good(handler, body)


def _lossy(handler: _Handler, body: bytes) -> None:
    """Every 13th request is done, and its answer lost."""
    found = handler.ask(body)
    if handler.server.requests % 13:
        handler.reply(*found)
    else:
        handler.hang_up()


MODES: dict[str, Callable[[_Handler, bytes], None]] = {
    "good": _good,
    "away": _away,
    "failing": _failing,
    "slow": _slow,
    "lossy": _lossy,
}


class Proxy(ThreadingHTTPServer):
    """Stands before a server, and behaves as it is told.

    Args:
        upstream: Port of the server.

    Attributes:
        mode: In `MODES`.
        requests: How many came.
    """

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.mode = "good"
        self.requests = 0

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def proxy(upstream: int) -> Iterator[Proxy]:
    server = Proxy(upstream)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
