"""The suite: a TOML file that names studies and the variants that they all compare, checked before anything is run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError, field_validator

from benchmark.errors import UserError
from benchmark.files import is_file
from benchmark.paths import shipped_studies
from benchmark.plain_text import shown
from benchmark.spec.sections import Section
from benchmark.spec.spec import Spec
from benchmark.spec.toml_values import check_depth, read_toml
from ganzoo.names import did_you_mean, quoted, with_nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FOLDER = "suites"  # within a folder of studies


class SuiteStudy(Section):
    """A study of a suite.

    Attributes:
        study: Name of its spec, or the path of a TOML file.
        set: `KEY=VALUE` each, as `--set` takes them.
    """

    study: Annotated[str, Field(min_length=1)]
    set: tuple[str, ...] = ()


class Suite(Section):
    """Several studies whose answers are laid beside each other.

    Attributes:
        name: The suite's name, 64 letters, digits and dashes at most.
        variants: What each of the studies compares, by names as a study takes them; each study's own if none.
        studies: Names of specs, or tables of `study` and `set`; in the order in which they are run and shown.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
    variants: tuple[str, ...] = ()
    studies: Annotated[tuple[SuiteStudy, ...], Field(min_length=1)]

    @field_validator("studies", mode="before")
    @classmethod
    def _tables_of_names(cls, values: Any) -> Any:
        if not isinstance(values, list):
            return values
        return [{"study": value} if isinstance(value, str) else value for value in values]


def load_suite(name_or_path: str, studies: Path) -> Suite:
    """Read a suite.

    Args:
        name_or_path: A name in `studies`/suites or of a shipped suite, or the path of a TOML file.
        studies: A person's own folder of specs.

    Raises:
        UserError: if the file is missing or no TOML, or a key or value is not allowed.
    """
    path = find_suite(name_or_path, studies)
    values = read_toml(path)
    check_depth(values, str(path))
    try:
        return Suite.model_validate(values)
    except ValidationError as error:
        raise UserError(f"{path}: {_told(error.errors()[0])}") from error


def find_suite(name_or_path: str, studies: Path) -> Path:
    """The file of a suite; a person's own hides a shipped one.

    Raises:
        UserError: if there is none; the line lists those that are known, and the nearest.
    """
    known = known_suites(studies)
    is_path = name_or_path.endswith(".toml")
    found = Path(name_or_path) if is_path else known.get(name_or_path)
    if found is not None and is_file(found):
        return found
    hint = "" if is_path else did_you_mean(name_or_path, known)
    raise UserError(f"no suite {quoted(name_or_path)}: {hint}{' ' * bool(hint)}known: {', '.join(known) or 'none'}")


def known_suites(studies: Path) -> dict[str, Path]:
    """All suites that can be asked for by name, in the order of their names; one's own hides a shipped one."""
    folders = (shipped_studies() / FOLDER, studies / FOLDER)
    found = {file.stem: file for folder in folders for file in folder.glob("*.toml")}
    return dict(sorted(found.items()))


def check_apart(studies: Sequence[tuple[str, str]], suite: str) -> None:
    """Refuse a suite that has a study twice: on the page it would count as two data sets.

    Args:
        studies: Of each the name that it was asked for by, and its id.
        suite: Its name.

    Raises:
        UserError: naming the first study that is there again.
    """
    seen: dict[str, str] = {}
    for name, study_id in studies:
        if study_id in seen:
            asked = quoted(name) if name == seen[study_id] else f"{quoted(seen[study_id])} and {quoted(name)}"
            raise UserError(f"suite {quoted(suite)}: {asked} is study {study_id} twice; name each study once")
        seen[study_id] = name


def check_protocols(specs: Sequence[Spec], suite: str) -> None:
    """Refuse a suite that has one data set under two protocols: over all data sets it would count twice, and mixed.

    Args:
        specs: Of all its studies.
        suite: Its name.

    Raises:
        UserError: naming both studies, and the first key of `score` in which they differ with both values.
    """
    seen: dict[tuple[str, int], Spec] = {}
    for spec in specs:
        first = seen.setdefault((spec.dataset, spec.resolution), spec)
        ours, theirs = first.score.model_dump(), spec.score.model_dump()
        for key in (key for key in ours if ours[key] != theirs[key]):
            raise UserError(
                f"suite {quoted(suite)}: {first.study_id} has score.{key} = {shown(ours[key])} and {spec.study_id} "
                f"{shown(theirs[key])} on the same data set; score both alike, or name one of them"
            )


def _told(problem: "ErrorDetails") -> str:
    """A problem of a suite as one line: key, value, what is allowed."""
    key = ".".join(map(str, problem["loc"]))
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        known = list((Suite if len(problem["loc"]) == 1 else SuiteStudy).model_fields)
        return with_nearest(f"unknown key {key!r}; known: {', '.join(known)}", str(problem["loc"][-1]), known)
    if problem["type"] == "missing":
        return f"{key}: {message}"
    return f"{key} = {shown(problem['input'])}: {message}"
