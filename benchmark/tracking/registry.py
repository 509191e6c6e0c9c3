"""A variant's generator in MLflow's model registry, on request: under a name that stays, with versions."""

import json
import re
import shlex
from typing import TYPE_CHECKING

from benchmark.addresses import is_server
from benchmark.errors import UserError
from benchmark.metrics.catalog import known_scores
from benchmark.paths import Paths
from benchmark.records import TAG_KIND, TAG_PROTOCOL, TAG_STATE, TAG_STUDY, TAG_VARIANT
from benchmark.spec import Spec
from benchmark.tracking.logged_model import READY, find_model
from benchmark.tracking.runs import all_runs, run_number
from benchmark.tracking.saved_generator import elsewhere
from benchmark.tracking.score_names import scores_of
from benchmark.tracking.store import ask, tracking_uri
from ganzoo.names import with_nearest

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Run
    from mlflow.entities.model_registry import ModelVersion

ALL = "all"
VERSIONS_TAG = "mlflow.modelVersions"  # of a logged model: where MLflow's page of models reads what is registered


def register(variant: str, spec: Spec, paths: Paths, uri: str | None) -> list[str]:
    """Register the generator of a variant's first complete final run; a second call changes nothing.

    Args:
        variant: Its name, or "all" for every variant that has one.
        spec: The study; the registered model is called `NAME-VARIANT`, NAME being the spec's.
        paths: Where things lie.
        uri: MLflow's tracking URI; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.

    Returns:
        What to say to a person: a line a variant, and how to draw images.

    Raises:
        UserError: if the variant has no complete final run in this study, or the run has no model, or MLflow does not
            answer.
    """
    address = tracking_uri(paths, uri)
    return ask(paths, address, lambda client: _register(client, variant, spec, (address, paths)))


def _register(client: "MlflowClient", variant: str, spec: Spec, places: tuple[str, Paths]) -> list[str]:
    address, paths = places
    models = _models(client, variant, spec, paths)
    wanted = sorted(models) if variant == ALL else [_known(variant, models, spec, paths)]
    found = {name: _model_of(models[name], spec) for name in wanted if variant != ALL or models[name][1]}
    if not found:
        raise UserError(f"study {spec.study_id}: no complete final run whose generator MLflow knows as a model yet")
    lines = []
    for name, (run, model) in found.items():
        version, is_new = _version(client, registered_name(spec, name), run, model)
        if is_new and not is_server(address):  # a server does it by itself
            _link(client, model, version)
        lines.append(_line(run, version, is_new=is_new))
    return [*lines, _how_to_draw(address, version)]


def registered_name(spec: Spec, variant: str) -> str:
    """What a variant's generator is registered as; what MLflow or its addresses cannot have becomes a dash."""
    return re.sub(r"[^A-Za-z0-9_.+-]+", "-", f"{spec.name}-{variant}")


def _models(
    client: "MlflowClient", variant: str, spec: Spec, paths: Paths
) -> "dict[str, tuple[Run, LoggedModel | None]]":
    """The first complete final run of each variant, and its model."""
    experiment = client.get_experiment_by_name(spec.study_id)
    if experiment is None:
        others = elsewhere(variant, spec, paths)
        raise UserError(f"MLflow has no runs of study {spec.study_id!r}: {others or 'run the study first'}")
    finals = all_runs(client, experiment.experiment_id, {TAG_KIND: "final", TAG_STATE: "complete"})
    first: dict[str, Run] = {}
    try:
        ordered = sorted(finals, key=lambda run: run_number(run.data.tags))
    except (KeyError, ValueError) as error:
        raise UserError(f"MLflow has a run of study {spec.study_id!r} without a number ({error}): delete it") from error
    for run in ordered:
        first.setdefault(run.data.tags[TAG_VARIANT], run)
    return {variant: (run, _ready(find_model(client, run))) for variant, run in first.items()}


def _ready(model: "LoggedModel | None") -> "LoggedModel | None":
    return model if model is not None and model.status == READY else None


def _known(variant: str, models: "dict[str, tuple[Run, LoggedModel | None]]", spec: Spec, paths: Paths) -> str:
    """The variant, by the name that it goes by whatever the order of its parts."""
    from ganzoo.registry import find_variant

    try:
        name = variant if variant in models else find_variant(variant).name
    except LookupError:
        name = variant
    if name not in models:
        known = ", ".join(sorted(models)) or "none yet"
        told = f"variant {variant!r}: no complete final run in study {spec.study_id}; there are: {known}"
        others = elsewhere(name, spec, paths)
        raise UserError(f"{told}; {others}" if others else with_nearest(told, variant, models))
    return name


def _model_of(found: "tuple[Run, LoggedModel | None]", spec: Spec) -> "tuple[Run, LoggedModel]":
    run, model = found
    if model is None:
        raise UserError(
            f"run {run.info.run_name} of study {spec.study_id}: MLflow has no model of it, for an older release "
            "recorded it, or not to its end; delete the run in MLflow and run the study again, which sends it anew"
        )
    return run, model


def _version(client: "MlflowClient", name: str, run: "Run", model: "LoggedModel") -> "tuple[ModelVersion, bool]":
    """The version that holds a model, and whether it was made now."""
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name, {TAG_VARIANT: run.data.tags[TAG_VARIANT]})
    for version in client.search_model_versions(f"name = '{name}'"):
        if version.source == model.artifact_location:
            return version, False
    tags = {key: run.data.tags[key] for key in (TAG_STUDY, TAG_PROTOCOL)} | {"run": run.info.run_name} | _scores(run)
    # Not models:/ID: MLflow would look that up in the store of the process, whatever the client's is.
    source, run_id = model.artifact_location, run.info.run_id
    return client.create_model_version(name, source, run_id, tags, model_id=model.model_id), True


def _scores(run: "Run") -> dict[str, str]:
    known = known_scores()
    return {name: repr(value) for name, value in scores_of(run.data.metrics).items() if name in known}


def _link(client: "MlflowClient", model: "LoggedModel", version: "ModelVersion") -> None:
    """Note a version on its model."""
    earlier = json.loads(model.tags.get(VERSIONS_TAG, "[]"))
    versions = [*earlier, {"name": version.name, "version": version.version}]
    client.set_logged_model_tags(model.model_id, {VERSIONS_TAG: json.dumps(versions)})


def _line(run: "Run", version: "ModelVersion", *, is_new: bool) -> str:
    words = "registered as" if is_new else "is registered already:"
    fid = scores_of(run.data.metrics).get("fid")
    score = f" (FID {fid:.4g})" if fid is not None else ""
    return f"{run.info.run_name}{score} {words} {version.name}, version {version.version}"


def _how_to_draw(address: str, version: "ModelVersion") -> str:
    # Other addresses came from the environment, and may hold a password.
    where = f"MLFLOW_TRACKING_URI={shlex.quote(address)} " if address.startswith("sqlite") else ""
    return (
        'Draw images: echo \'{"dataframe_records": [{"seed": 0}, {"seed": 1}]}\' | '
        f"{where}mlflow models predict -m models:/{version.name}/{version.version} --env-manager local"
    )
