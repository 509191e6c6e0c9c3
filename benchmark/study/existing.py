"""A study that has run, as a person names it: by its spec, or by its id, as its folders are called."""

import re
from collections.abc import Sequence

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import Spec, load_spec, spec_of

_ID = re.compile(r"[a-z0-9][a-z0-9-]*-[0-9a-f]{8}")


def existing_spec(study: str, overrides: Sequence[str], paths: Paths, *, elsewhere: bool = False) -> Spec:
    """The spec of a study to be read, not run: what nobody can compute here any more may stand in it.

    Args:
        study: Name or path of its spec, or its id.
        overrides: As `benchmark.spec.load_spec` takes them.
        paths: Where things lie.
        elsewhere: Whether its runs may lie somewhere else than under runs/.

    Raises:
        UserError: if there is no such spec, or values go with the id of another study; and if a metric of the spec is
            unknown, unless there is a study that ran with it.
    """
    if _is_id(study, paths):
        return _kept(study, overrides, paths, stored=True)
    try:
        return load_spec(study, paths.studies, tuple(overrides))
    except UserError:
        found = _stored(study, overrides, paths)
        if found is None or not (elsewhere or paths.work(found.study_id).is_dir()):
            raise
        return found


def existing_id(study: str, overrides: Sequence[str], paths: Paths) -> str:
    """The id of a study whose runs lie somewhere else.

    Raises:
        UserError: if there is no such spec, or values are given beside an id.
    """
    if not _looks_like_id(study, paths):
        return existing_spec(study, overrides, paths, elsewhere=True).study_id
    if overrides:
        raise UserError(f"--set {overrides[0]}: {study} is a study whose values are settled; name its spec")
    return study


def spec_to_run(study: str, overrides: Sequence[str], paths: Paths) -> Spec:
    """The spec of a study to be run, or to go on.

    Raises:
        UserError: as `existing_spec`, and if a metric is unknown.
    """
    if _is_id(study, paths):
        return _kept(study, overrides, paths, stored=False)
    return load_spec(study, paths.studies, tuple(overrides))


def _looks_like_id(study: str, paths: Paths) -> bool:
    return bool(_ID.fullmatch(study)) and (_is_id(study, paths) or not (paths.studies / f"{study}.toml").exists())


def _is_id(study: str, paths: Paths) -> bool:
    return bool(_ID.fullmatch(study)) and paths.work(study).is_dir()


def _kept(study: str, overrides: Sequence[str], paths: Paths, *, stored: bool) -> Spec:
    """The spec that a study left under runs/."""
    from benchmark.tracking.spool import StudyRecord  # imports much that no other command line asks for

    kept = StudyRecord.read(paths.work(study))
    if kept is None:
        raise UserError(f"study {study}: it has not begun, so that nothing says what it is; name its spec")
    spec = spec_of(kept.spec.model_dump(mode="json"), tuple(overrides), study, stored=stored)
    if spec.study_id == study:
        return spec
    if overrides:
        raise UserError(f"--set {' --set '.join(overrides)}: makes it another study than {study}; name its spec")
    raise UserError(f"study {study}: ran with an earlier release, and is {spec.study_id} now; name its spec")


def _stored(study: str, overrides: Sequence[str], paths: Paths) -> Spec | None:
    """The spec with metrics taken as they are named; None if that is not all that is wrong with it."""
    try:
        return load_spec(study, paths.studies, tuple(overrides), stored=True)
    except UserError:
        return None
