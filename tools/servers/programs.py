"""PostgreSQL's programs as a distribution installs them, and the user that may run them."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.errors import UserError

DEBIAN = Path("/usr/lib/postgresql")  # which keeps the server's programs of each version off the path
SERVERS_USER = "postgres"  # whom packages of PostgreSQL make


def postgres_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, of the newest version that is installed; None if there is none."""
    on_path = shutil.which("initdb")
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda program: int(program.parents[1].name))
    if versions:
        return versions[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@dataclass(frozen=True)
class Runner:
    """Runs programs that refuse to be run by root.

    Attributes:
        user: Who runs them; "" for the user of this process.
    """

    user: str = field(default_factory=lambda: SERVERS_USER if os.geteuid() == 0 else "")

    def own(self, folder: Path) -> None:
        """Make a folder that the user of the programs owns, and nobody else reads.

        Raises:
            UserError: if that user cannot get there.
        """
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(stat.S_IRWXU)
        if not self.user:
            return
        self.give(folder)
        barred = [each for each in folder.resolve().parents if not each.stat().st_mode & stat.S_IXOTH]
        if barred:
            raise UserError(f"--folder: {barred[-1]} lets only its owner in, and PostgreSQL runs as {self.user!r}")

    def give(self, path: Path) -> None:
        """Have a file or folder belong to the user of the programs."""
        if self.user:
            known = self._known()
            os.chown(path, known.pw_uid, known.pw_gid)

    def run(self, command: list[str], **environment: str) -> None:
        """Run a program to its end.

        Raises:
            UserError: if it fails, with its last line.
        """
        done = subprocess.run(
            command,
            check=False,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            cwd="/",
            **self._as_user(),
        )
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise UserError(f"{Path(command[0]).name} failed: {' '.join(last)}")

    def start(self, command: list[str], log: Path) -> "subprocess.Popen[bytes]":
        """Start a server in a session of its own, what it says in a log."""
        with log.open("ab") as output:
            return subprocess.Popen(
                command, stdout=output, stderr=output, cwd="/", start_new_session=True, **self._as_user()
            )

    def _as_user(self) -> dict[str, Any]:
        if not self.user:
            return {}
        known = self._known()
        return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}

    def _known(self) -> pwd.struct_passwd:
        try:
            return pwd.getpwnam(self.user)
        except KeyError as error:
            raise UserError(f"root may not run PostgreSQL, and there is no user {self.user!r} to run it") from error
