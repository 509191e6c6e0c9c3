"""The grids of images that runs left, as far as they are whole."""

from collections.abc import Mapping
from itertools import chain

from benchmark.digests import is_whole_png
from benchmark.records import REAL_SAMPLES, SAMPLES
from reports.records.stored import StoredRun, StoredStudy


def samples_of(shown: Mapping[str, StoredRun]) -> dict[str, dict[int, bytes]]:
    """By variant, PNG by step in discriminator updates, of the runs that are shown; without those that have none."""
    found: dict[str, dict[int, bytes]] = {}
    for variant, run in shown.items():
        steps = [rung.step for rung in run.record.rungs] if run.record else []
        grids = {step: run.artifact(f"{SAMPLES}/step-{step:06d}.png") for step in steps}
        if present := {step: png for step, png in grids.items() if png and is_whole_png(png)}:
            found[variant] = present
    return found


def real_samples(study: StoredStudy) -> bytes | None:
    """PNG of real images, from the first run that has one; None if none has."""
    of_parents = (store.artifact(place, REAL_SAMPLES) for store, place in study.places)
    of_runs = (run.artifact(REAL_SAMPLES) for run in study.runs)
    return next((png for png in chain(of_parents, of_runs) if png and is_whole_png(png)), None)
