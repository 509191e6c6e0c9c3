"""The generator that a finished run left in MLflow."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.errors import UserError
from benchmark.files import is_file
from benchmark.paths import Paths
from benchmark.records import GENERATOR_FILE, TAG_KIND, TAG_NUMBER, TAG_STATE, TAG_VARIANT, TrialRecord
from benchmark.spec import Spec
from benchmark.spec.spec_files import studies_that_ran
from benchmark.tracking.runs import all_runs
from benchmark.tracking.spool import is_label
from benchmark.tracking.store import ask, tracking_uri
from ganzoo.names import with_nearest
from ganzoo.registry import find_variant

if TYPE_CHECKING:
    from mlflow import MlflowClient

FINAL = "final"  # a kind of run


def find_generator(run: str, spec: Spec, paths: Paths, uri: str | None) -> SavedGenerator:
    """The generator of a finished run.

    Args:
        run: The path of a generator.safetensors, or of a folder that holds one; an MLflow run id, a run's label as in
            `dcgan-final-0001`, or a variant's name, which means its first final run.
        spec: The study that labels belong to.
        paths: Where things lie.
        uri: MLflow's; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.

    Raises:
        UserError: if there is no such run, it left no generator, or MLflow does not answer; with another study under
            runs/ that has the run, if one has.
    """
    if run.endswith(".safetensors"):
        return read_generator(Path(run))
    if "/" in run and is_file(Path(run) / GENERATOR_FILE):
        return read_generator(Path(run) / GENERATOR_FILE)
    name = _canonical(run)
    if name == run and Path(run).suffix and is_file(Path(run)):
        raise UserError(f"{run}: a file, and no generator, which is a .safetensors; ganbench score reads images")
    return ask(paths, tracking_uri(paths, uri), lambda client: _find(client, name, spec, paths))


def elsewhere(run: str, spec: Spec, paths: Paths) -> str:
    """What is told of a run that a study does not have and another one, under runs/, does; "" if none does.

    Args:
        run: A variant, which means its first final run, or a run's label.
        spec: The study that was asked.
        paths: Where things lie.
    """
    labels = () if "/" in run else (run, f"{run}-{FINAL}-0000")
    folders = (paths.work(study) / label for study in studies_that_ran(paths) for label in labels)
    found = [folder for folder in folders if is_label(folder.name) and _is_complete(folder)]
    others = [folder.parent.name for folder in found if folder.parent.name != spec.study_id]
    if not others:
        return ""
    return f"{' and '.join(others[:3])} ha{'s' if len(others) == 1 else 've'} it: --study {others[0]}"


def _is_complete(folder: Path) -> bool:
    try:
        record = TrialRecord.read(folder)
    except UserError:  # whoever wants that study is told
        return False
    return record is not None and record.state == "complete"


def _find(client: "MlflowClient", run: str, spec: Spec, paths: Paths) -> SavedGenerator:
    experiment = client.get_experiment_by_name(spec.study_id)
    found = list(all_runs(client, experiment.experiment_id, {})) if experiment else []
    for stored in found:
        tags = stored.data.tags
        names = {stored.info.run_id, stored.info.run_name or ""}
        if tags.get(TAG_KIND) == FINAL and tags.get(TAG_NUMBER) == "0":
            names.add(tags.get(TAG_VARIANT, ""))
        if run in names and tags.get(TAG_STATE) == "complete":
            own = paths.work(spec.study_id) / (stored.info.run_name or "") / GENERATOR_FILE
            return _download(client, stored.info.run_id, run, own)
    complete = [stored for stored in found if stored.data.tags.get(TAG_STATE) == "complete"]
    known = sorted(stored.info.run_name or "" for stored in complete)
    of_finals = (stored.data.tags for stored in complete if stored.data.tags.get(TAG_KIND) == FINAL)
    finals = sorted({tags.get(TAG_VARIANT, "") for tags in of_finals})
    there = f"variants with a final run: {', '.join(finals) or 'none yet'}"
    told = f"no finished run {run!r} in study {spec.study_id}; {there}"
    if known:
        told += f"; runs: {', '.join(known[:4])}{' ...' * (len(known) > 4)}"
    if others := elsewhere(run, spec, paths):
        raise UserError(f"{told}; {others}")
    raise UserError(with_nearest(told, run, [*finals, *known]))


def _canonical(run: str) -> str:
    """The name that a composed variant goes by, whatever the order of its parts; anything else as it is."""
    try:
        return find_variant(run).name
    except LookupError:
        return run


def _download(client: "MlflowClient", run_id: str, run: str, own: Path) -> SavedGenerator:
    """The generator as MLflow has it, or as it lies in the run's own folder where MLflow's copy is gone or damaged."""
    from mlflow.exceptions import MlflowException

    with TemporaryDirectory() as folder:
        try:
            return read_generator(Path(client.download_artifacts(run_id, GENERATOR_FILE, folder)))
        except (MlflowException, OSError, UserError) as error:
            if own.is_file():
                return read_generator(own)
            if isinstance(error, UserError):
                raise UserError(f"run {run!r} (id {run_id}): {error}") from error
            raise UserError(f"run {run!r}: MLflow has no {GENERATOR_FILE} of it (id {run_id})") from error
