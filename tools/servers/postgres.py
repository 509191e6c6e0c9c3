"""A PostgreSQL server in a folder, on 127.0.0.1 alone; who connects gives a password."""

import secrets
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from benchmark.errors import UserError
from tools.servers.ports import HOST, free_port
from tools.servers.programs import Runner, postgres_programs

USER = "ganbench"
DATABASES = ("optuna", "mlflow")
PATIENCE_SECONDS = 60.0


class PostgreSQL:
    """A server whose data, log and password lie in a folder, which another one goes on with.

    Args:
        folder: Its own; made if it is not there.
        port: Where it listens; a free one if 0.

    Raises:
        UserError: if PostgreSQL is not installed, or may not run here.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        programs = postgres_programs()
        if programs is None:
            raise UserError("PostgreSQL is not installed: `apt-get install postgresql`, or your system's package of it")
        self.port = port or free_port()
        self._programs = programs
        self._runner = Runner()
        self._folder = folder.resolve()
        self._process: subprocess.Popen[bytes] | None = None
        self._runner.own(self._folder)
        self.password = self._known_password()

    def url(self, database: str) -> str:
        """The address of one of its databases, password included."""
        return f"postgresql+psycopg://{USER}:{quote(self.password, safe='')}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers; the first start lays out its data and makes the databases.

        Raises:
            UserError: if it does not.
        """
        fresh = not (self._folder / "data" / "PG_VERSION").is_file()
        if fresh:
            self._lay_out()
        settings = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": ""}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [self._program("postgres"), "-D", str(self._folder / "data"), *options]
        self._process = self._runner.start(command, self._folder / "log")
        self._wait(self._answers, "start")
        if fresh:
            for name in DATABASES:
                self.create_database(name)

    def create_database(self, name: str) -> None:
        """Make an empty database."""
        where = ["-h", HOST, "-p", str(self.port), "-U", USER]
        self._runner.run([self._program("createdb"), *where, name], PGPASSWORD=self.password)

    def stop(self) -> None:
        """End it, with the connections that there are, after what it has promised is on disk."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)  # at once, as after a crash
            process.wait()

    def _lay_out(self) -> None:
        settings = ["-U", USER, "--auth=scram-sha-256", f"--pwfile={self._folder / 'password'}"]
        words = ["--encoding=UTF8", "--no-locale", "-D", str(self._folder / "data")]
        self._runner.run([self._program("initdb"), *settings, *words])

    def _answers(self) -> bool:
        asked = [self._program("pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if done():
                return
            time.sleep(0.05)
        self.stop()
        raise UserError(f"PostgreSQL did not {what}: {self._folder / 'log'} says why")

    def _known_password(self) -> str:
        """The folder's password; a fresh one for a fresh folder."""
        file = self._folder / "password"
        if not file.is_file():
            file.touch(0o600)
            file.write_text(secrets.token_urlsafe(18), encoding="utf-8")
            self._runner.give(file)
        return file.read_text(encoding="utf-8")

    def _program(self, name: str) -> str:
        return str(self._programs / name)
