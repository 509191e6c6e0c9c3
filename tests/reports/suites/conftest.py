"""Small studies of several data sets, with simulated final runs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from benchmark.records import TrialRecord
from benchmark.spec import Final
from reports.records.load import StudyRecords
from reports.suites.standing import Standing, standing
from reports.suites.suite import Suite, gather

Scores = Mapping[str, Sequence[float]]
MakeStudy = Callable[..., StudyRecords]
NOISE, FLOOR = 1000.0, 10.0
# Six seeds each, of which three lie apart from all others; infinite is a run that diverged.
ON_DIGITS = {
    "dcgan": [40.0, 44.0, 42.0, 41.0, 43.0, 42.0],
    "hinge": [46.0, 43.0, 44.5, 44.0, 45.0, 44.5],
    "wgan-gp": [121.0, 127.0, 122.0, 126.0, 124.0, math.inf],
    "lsgan": [80.0, 82.0, 81.0, 83.0, 79.0, 80.0],
}
ON_TRIANGLES = {
    "dcgan": [95.0, 92.0, 94.0, 96.0, 93.0, 94.0],
    "hinge": [61.0, 63.0, 62.0, 64.0, 60.0, 62.0],
    "wgan-gp": [150.0, 155.0, 152.0, 149.0, 151.0, 153.0],
}
SIX = Final(seeds=6, most_seeds=6)


@pytest.fixture(scope="session")
def make_suite_study(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]) -> MakeStudy:
    """A study of a data set whose final runs have these FIDs, by variant."""

    def make(dataset: str, scores: Scores, final: Final = SIX, study_id: str = "") -> StudyRecords:
        entries = [
            replace(run, protocol=replace(run.protocol, dataset=dataset))
            for variant, own in scores.items()
            for number, fid in enumerate(own)
            for run in [make_record(variant, "final", number, fid if math.isfinite(fid) else 900.0,
                                    "complete" if math.isfinite(fid) else "diverged")]
        ]  # fmt: skip
        records = in_memory(entries, final)
        baseline = {"test": {"noise": {"fid": NOISE}, "floor": {"fid": FLOOR}}}
        spec = records.spec.model_copy(update={"dataset": dataset, "name": dataset})
        parts = {variant: {"loss": "hinge" if variant == "hinge" else "non-saturating"} for variant in scores}
        return replace(records, study_id=study_id or f"{dataset}-0", spec=spec, baseline=baseline, variants=parts)

    return make


@pytest.fixture(scope="session")
def two_studies(make_suite_study: MakeStudy) -> list[StudyRecords]:
    return [make_suite_study("digits", ON_DIGITS), make_suite_study("triangles", ON_TRIANGLES)]


@pytest.fixture(scope="session")
def suite(two_studies: list[StudyRecords]) -> Suite:
    """dcgan and hinge left on digits, hinge alone on triangles, where lsgan did not race."""
    return gather("small", two_studies)


@pytest.fixture(scope="session")
def stands(suite: Suite) -> Standing:
    return standing(suite)
