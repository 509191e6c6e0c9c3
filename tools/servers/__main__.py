"""`python -m tools.servers --folder DIR`: PostgreSQL and MLflow on this host, until Ctrl-C."""

import signal
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from benchmark.errors import UserError
from benchmark.notices import tell
from tools.servers.postgres import PostgreSQL
from tools.servers.tracking_server import TrackingServer

SETTINGS = "settings.sh"


def serve(folder: Path, ended: Event, *, asks_for_names: bool) -> None:
    """Start both servers, say how they are used, and end them.

    Args:
        folder: For their data; what an earlier call left there goes on.
        ended: When it is set.
        asks_for_names: Whether MLflow lets in only those who have a password.

    Raises:
        UserError: if one of them cannot be started.
    """
    with ExitStack() as stack:
        postgres = PostgreSQL(folder / "postgresql")
        postgres.start()
        stack.callback(postgres.stop)
        mlflow = TrackingServer(folder / "mlflow", postgres.url("mlflow"), asks_for_names=asks_for_names)
        mlflow.start()
        stack.callback(mlflow.stop)
        settings = write_settings(folder, {"OPTUNA_STORAGE": postgres.url("optuna"), **mlflow.settings})
        print(f"PostgreSQL on port {postgres.port}, MLflow at {mlflow.uri}. Ctrl-C ends both; their data stay.")
        print(f"To use them, in another terminal: . {settings}", flush=True)
        ended.wait()


def write_settings(folder: Path, settings: dict[str, str]) -> Path:
    """Write what is to be exported into a file that only its owner reads, for it has passwords."""
    file = folder.resolve() / SETTINGS
    file.touch(0o600)
    lines = [f"export {name}='{value}'\n" for name, value in settings.items()]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def main(
    folder: Annotated[Path, typer.Option(help="For their data, logs and passwords; made if it is not there.")],
    auth: Annotated[bool, typer.Option("--auth", help="Have MLflow ask for a name and a password.")] = False,
) -> None:
    """Start PostgreSQL and an MLflow server on 127.0.0.1, and end them on Ctrl-C or SIGTERM."""
    ended = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    try:
        serve(folder, ended, asks_for_names=auth)
    except UserError as error:
        tell(str(error))
        raise typer.Exit(2) from error


if __name__ == "__main__":
    typer.run(main)
