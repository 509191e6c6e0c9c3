"""Who made a run, with what: as the tags that MLflow's own columns User, Source and Version show."""

import getpass
import re

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
    """The commit as a tag; of code that lies in no checkout there is none.

    Args:
        code: From `benchmark.environment.code_version`.
    """
    found = _COMMIT.fullmatch(code)
    return {TAG_COMMIT: found[1]} if found else {}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return ""
