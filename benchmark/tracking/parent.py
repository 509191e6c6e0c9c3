"""The parent run of a variant: what the variant is, and the summary of its final runs that the leaderboard sorts."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmark.environment import code_version
from benchmark.race.race import Race
from benchmark.records import REAL_SAMPLES, SAMPLES, TAG_KIND, TAG_STATE, TAG_STUDY, TAG_VARIANT, Split, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking import child
from benchmark.tracking.grouping import group_params
from benchmark.tracking.notes import NOTE, variant_note
from benchmark.tracking.runs import (
    TAG_COLOUR,
    OpenRun,
    all_runs,
    find_run,
    image_steps,
    log_params,
    log_points,
    log_tags,
    number_text,
)
from benchmark.tracking.score_names import once, spread
from benchmark.tracking.source import source_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

TAG_BEST = "best_trial"
TAG_SAMPLES_OF = "samples_of"
# Without it MLflow derives colours from run ids, and two variants often share one. Okabe and Ito's, then Tableau's.
COLOURS = (
    *("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"),
    *("#8c564b", "#7f7f7f", "#bcbd22", "#9467bd", "#17becf", "#c0392b"),
)


def open_parent(
    client: "MlflowClient", experiment_id: str, spec: Spec, variant: str, description: dict[str, str]
) -> OpenRun:
    """Find the parent run of a variant as it is, or create it.

    Args:
        client: Where to.
        experiment_id: Whose run it is.
        spec: The study.
        variant: Its name.
        description: What it is made of, as parameters and note; may be empty and follow later.
    """
    identity = {TAG_VARIANT: variant, TAG_KIND: "variant"}
    run = find_run(client, experiment_id, identity)
    if run is None:
        siblings = sum(1 for _ in all_runs(client, experiment_id, {TAG_KIND: "variant"}))
        tags = {TAG_STUDY: spec.study_id, TAG_COLOUR: COLOURS[siblings % len(COLOURS)]}
        run = client.create_run(experiment_id, run_name=variant, tags=identity | tags | source_tags(code_version()))
    parent = OpenRun(
        run.info.run_id,
        set(run.data.params),
        colour=run.data.tags.get(TAG_COLOUR, ""),
        groups=group_params(spec, description),
        split=spec.split_of("final"),
    )
    log_params(client, parent, identity | description | parent.groups)
    if description and NOTE not in run.data.tags:
        log_tags(client, parent, {NOTE: variant_note(description, parent.split)})
    return parent


def log_real_samples(client: "MlflowClient", run_id: str, real_grid: Path) -> None:
    """Lay the grid of real images beside the samples, once."""
    from PIL import Image

    folder, _, _ = REAL_SAMPLES.rpartition("/")
    has_it = any(file.path == REAL_SAMPLES for file in client.list_artifacts(run_id, folder))
    if not has_it and child.is_picture(real_grid):
        with Image.open(real_grid) as grid:
            client.log_image(run_id, grid, artifact_file=REAL_SAMPLES)


def end_parent(
    client: "MlflowClient", experiment_id: str, run: OpenRun, best: TrialRecord | None, finals: Sequence[TrialRecord]
) -> None:
    """Write the summary of a variant on its parent run, and end it.

    Args:
        client: Where to.
        experiment_id: Whose run it is.
        run: The parent.
        best: The trial whose hyperparameters the final runs have; None if no trial was completed.
        finals: The final runs; those that were not completed have no scores to average.
    """
    info = client.get_run(run.run_id)
    variant = info.data.tags[TAG_VARIANT]
    numbers = summary(finals, run.split) | _counts(client, experiment_id, variant)
    # A second value would turn the bar into a history.
    changed = {name: value for name, value in numbers.items() if info.data.metrics.get(name) != value}
    log_points(client, OpenRun(run.run_id), ((name, 0, value) for name, value in changed.items()))
    if best is not None:
        log_params(client, run, {k: number_text(v) for k, v in best.config.hyperparameters.items()})
        log_tags(client, run, {TAG_BEST: best.config.label})
    shown = next((record for record in finals if record.final_scores), None)
    if shown is not None:
        show_samples(client, experiment_id, run, shown)
    if info.info.status != "FINISHED":
        client.set_terminated(run.run_id, "FINISHED")


def verdict_tags(race: Race, variant: str) -> dict[str, str]:
    """What the race says of a variant, as tags: verdict, factor to the best with its interval, the stage it left at."""
    found = race.verdicts[variant]
    tags: dict[str, str] = {"verdict": found.verdict}
    if math.isfinite(found.factor):
        tags["factor"] = f"{found.factor:.4g}"
    if math.isfinite(found.factor_low):
        tags["factor_interval"] = f"{found.factor_low:.4g} to {found.factor_high:.4g}"
    if found.stage is not None:
        tags["stage"] = str(found.stage)
    return tags


def summary(finals: Sequence[TrialRecord], split: Split) -> dict[str, float]:
    """Mean and sample standard deviation of each final score, as `test/NAME` and `test_std/NAME` on the test split."""
    scores = [record.final_scores for record in finals if record.final_scores]
    names = scores[0] if scores else {}
    means = {f"{once(split)}/{name}": mean(score[name] for score in scores) for name in names}
    if len(scores) < 2:
        return means
    return means | {f"{spread(split)}/{name}": stdev(score[name] for score in scores) for name in names}


def _counts(client: "MlflowClient", experiment_id: str, variant: str) -> dict[str, float]:
    trials = all_runs(client, experiment_id, {TAG_VARIANT: variant, TAG_KIND: "trial"})
    states = Counter(run.data.tags[TAG_STATE] for run in trials if TAG_STATE in run.data.tags)
    return {f"trials/{state}": float(count) for state, count in sorted(states.items())}


def show_samples(client: "MlflowClient", experiment_id: str, run: OpenRun, shown: TrialRecord) -> None:
    """Put the sample grid of one final run on the parent, where the UI shows variants side by side, if there is one.

    Args:
        client: Where to.
        experiment_id: Whose run it is.
        run: The parent.
        shown: A final run that MLflow has got; that it is there already is seen by a tag.
    """
    before = client.get_run(run.run_id).data.tags.get(TAG_SAMPLES_OF)
    if before == shown.config.label:
        return
    # A process that was killed may have left the grid without its tag.
    is_there = before is None and bool(image_steps(client, run.run_id))
    if is_there or _copy_samples(client, experiment_id, run, shown):
        log_tags(client, run, {TAG_SAMPLES_OF: shown.config.label})


def _copy_samples(client: "MlflowClient", experiment_id: str, run: OpenRun, shown: TrialRecord) -> bool:
    from PIL import Image

    final = find_run(client, experiment_id, child.identity(shown.config))
    files = {file.path for file in client.list_artifacts(final.info.run_id, SAMPLES)} if final else set()
    wanted = child.samples_file(shown.rungs[-1].step)
    if final is None or wanted not in files:
        return False
    with TemporaryDirectory() as folder:
        path = client.download_artifacts(final.info.run_id, wanted, folder)
        with Image.open(path) as grid:
            client.log_image(run.run_id, grid, key=SAMPLES, step=0, synchronous=True)
    return True
