from collections.abc import Callable

from benchmark.metrics.catalog import known_scores
from benchmark.records import COSTS, TrialRecord
from reports.records.frames import KEY, curves_frame, evals_frame, runs_frame
from reports.records.load import StudyRecords


def test_no_runs_give_frames_with_all_columns() -> None:
    runs = runs_frame([])
    assert {*KEY, "state", "seed", "message", "lr_generator", *known_scores(), *COSTS} <= set(runs.columns)
    assert set(evals_frame([]).columns) == {*KEY, "step", *known_scores()}
    assert curves_frame([]).columns.tolist() == [*KEY, "curve", "step", "value"]


def test_a_run_that_did_not_complete_has_rungs_and_no_final_score(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 300.0, "diverged")])
    assert records.runs["fid"].isna().all()
    assert records.runs["message"].tolist() == ["loss_discriminator is not finite at step 260"]
    assert records.evals["step"].tolist() == [250]
    first = records.curves[records.curves["curve"] == "loss_generator"]
    assert first["step"].tolist() == list(range(10, 251, 10))
