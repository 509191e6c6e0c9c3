"""Who made a run, with what: as the tags that MLflow's own columns User, Source and Version show."""

import getpass
import re
import subprocess
from functools import cache
from pathlib import Path

PROGRAM = "ganbench"
TAG_USER = "mlflow.user"
TAG_SOURCE = "mlflow.source.name"
TAG_SOURCE_TYPE = "mlflow.source.type"
TAG_COMMIT = "mlflow.source.git.commit"
# Of what `git describe` says: all of it, or what follows the nearest tag.
_COMMIT = re.compile(r"(?:.*-g)?([0-9a-f]{7,40})(?:-dirty)?")


def source_tags(code: str) -> dict[str, str]:
    """The tags of a run; what is unknown has none.

    Args:
        code: From `benchmark.environment.code_version`.
    """
    tags = {TAG_SOURCE: PROGRAM, TAG_SOURCE_TYPE: "LOCAL"} | commit_tag(code)
    return tags | ({TAG_USER: name} if (name := _user()) else {})


def commit_tag(code: str) -> dict[str, str]:
    """The commit, of code that lies in a checkout of its own: a wheel's has none, whatever folder it runs in.

    Args:
        code: From `benchmark.environment.code_version`.
    """
    found = _COMMIT.fullmatch(code)
    return {TAG_COMMIT: found[1]} if found and _is_tracked(Path(__file__)) else {}


@cache
def _is_tracked(file: Path) -> bool:
    """Whether git has a file."""
    command = ["git", "ls-files", "--error-unmatch", file.name]
    try:
        return subprocess.run(command, cwd=file.parent, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return ""
