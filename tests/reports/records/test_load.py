from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient

from benchmark.agreement import Agreement, CrossCheck
from benchmark.errors import UserError
from benchmark.metrics.catalog import known_scores
from benchmark.records import COSTS, TAG_CROSS_CHECK, TAG_SPEC, TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.output.tables import leaderboard_table
from reports.records.load import KEY, StudyRecords, curves_frame, evals_frame, load, runs_frame
from reports.records.stored import StoredRun
from reports.text.protocol import protocol_sentences


def test_every_run_is_a_row_with_its_exact_numbers(study, records: StudyRecords) -> None:
    assert len(records.runs) == len(study.records)
    rows = records.runs.set_index(["variant", "kind", "number"])
    for entry in study.records:
        row = rows.loc[(entry.config.variant, entry.config.kind, entry.config.number)]
        assert (row["state"], row["seed"], row["message"]) == (entry.state, entry.config.seed, entry.message)
        assert {name: row[name] for name in entry.final_scores} == entry.final_scores
        assert {name: row[name] for name in entry.config.hyperparameters} == entry.config.hyperparameters
        assert {name: row[name] for name in entry.costs} == entry.costs


def test_rungs_and_curves_are_tidy(study, records: StudyRecords) -> None:
    assert len(records.evals) == sum(len(entry.rungs) for entry in study.records)
    points = sum(len(curve) for entry in study.records for curve in entry.curves.values())
    assert len(records.curves) == points
    final = records.evals.query("variant == 'dcgan' and kind == 'final' and number == 1").set_index("step")
    assert final.index.tolist() == [250, 500, 1000]
    assert final.loc[1000, "fid"] == 44.0


def test_spec_protocols_and_baseline_come_back(study, records: StudyRecords) -> None:
    assert records.spec == study.spec
    assert {kind: protocol.split for kind, protocol in records.protocols.items()} == {
        "trial": "validation",
        "final": "test",
    }
    assert records.baseline["test"]["noise"]["fid"] == 1300.0
    assert records.variants["dcgan"] == {"architecture": "dcgan", "loss": "hinge", "reference": "a paper & <more>"}
    assert records.environment == {"torch": "2.15.0", "device": "cpu"}
    assert records.variant_names == ["dcgan", "hinge", "wgan-gp", "lsgan", "gan-mlp", "wgan"]


def test_samples_are_of_the_first_final_run_else_of_the_best_trial(records: StudyRecords) -> None:
    assert records.shown == {
        "dcgan": ("final", 0),
        "hinge": ("final", 0),
        "wgan-gp": ("final", 0),
        "lsgan": ("trial", 0),
        "gan-mlp": ("trial", 0),
    }
    assert records.samples.keys() == records.shown.keys()
    dcgan = records.samples["dcgan"]
    assert list(dcgan) == [250, 500, 1000]
    assert all(png.startswith(b"\x89PNG") for png in [*dcgan.values(), records.real_samples or b""])


def test_mixed_protocols_are_refused_and_both_named(
    make_study: Callable[..., object], make_record: Callable[..., TrialRecord]
) -> None:
    one, other = make_record("dcgan", "final", 0, 40.0), make_record("hinge", "final", 0, 41.0)
    other = replace(other, protocol=replace(other.protocol, generated_images=5000))
    mixed = make_study([one, other])
    with pytest.raises(UserError, match=r"final runs.*generated_images = 449 and some with generated_images = 5000"):
        load(mixed.spec.study_id, mixed.uri)


def test_images_that_changed_are_blamed_on_the_data_set(
    make_study: Callable[..., object], make_record: Callable[..., TrialRecord]
) -> None:
    one, other = make_record("dcgan", "final", 0, 40.0), make_record("hinge", "final", 0, 41.0)
    one, other = (
        replace(each, protocol=replace(each.protocol, real_digest=digest))
        for each, digest in ((one, "0123456789abcdef"), (other, "fedcba9876543210"))
    )
    mixed = make_study([one, other])
    told = "some with real_digest = 'fedcba9876543210'; dataset 'digits' gave other images to some: it must read"
    with pytest.raises(UserError, match=told):
        load(mixed.spec.study_id, mixed.uri)


def test_an_unknown_study_is_named_beside_the_known(study) -> None:
    with pytest.raises(UserError, match=rf"no study 'other-00000000' .*known: .*{study.spec.study_id}"):
        load("other-00000000", study.uri)


def test_a_missing_database_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no MLflow database"):
        load("any", f"sqlite:///{tmp_path / 'mlflow.db'}")
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_spec_is_one_clear_line(make_study, make_record: Callable[..., TrialRecord]) -> None:
    study = make_study([make_record("dcgan", "trial", 0, 50.0)])
    client = MlflowClient(study.uri)
    experiment = client.get_experiment_by_name(study.spec.study_id)
    client.set_experiment_tag(experiment.experiment_id, TAG_SPEC, '{"name": "x"}')
    with pytest.raises(UserError, match="'spec' must be a study spec: Field required") as caught:
        load(study.spec.study_id, study.uri)
    assert "\n" not in str(caught.value)


def test_scores_of_a_metric_that_is_not_installed_any_more_come_by_their_names(foreign: StudyRecords) -> None:
    assert (foreign.spec.score.metrics, foreign.ranked_by) == (("blur",), "blur")
    assert foreign.runs["blur"].tolist() == [2.0, 3.0, 4.0] * 4
    assert (
        foreign.evals.query("variant == 'hinge' and kind == 'final'")["blur"].tolist()
        == [2.0] * 3 + [3.0] * 3 + [4.0] * 3
    )
    board = leaderboard(foreign)
    assert board["blur_mean"].tolist() == [3.0, 3.0]
    labels = [heading.label for heading in leaderboard_table(foreign, board).headings]
    assert {"FID \N{DOWNWARDS ARROW}", "blur"} <= set(labels)
    assert "keeps the lowest blur on the validation split" in " ".join(protocol_sentences(foreign))


def test_a_library_that_differs_is_a_warning(make_study, make_record: Callable[..., TrialRecord]) -> None:
    study = make_study([make_record("dcgan", "final", 0, 40.0)])
    assert load(study.spec.study_id, study.uri).cross_check is None
    client = MlflowClient(study.uri)
    experiment = client.get_experiment_by_name(study.spec.study_id)
    same, other = (CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(12.5, theirs)}) for theirs in (12.5, 13.0))
    for check, warnings in ((same, ()), (other, ("torchmetrics 1.9.0 differs: FID is 12.5 here and 13 there",))):
        client.set_experiment_tag(experiment.experiment_id, TAG_CROSS_CHECK, check.to_json())
        records = load(study.spec.study_id, study.uri)
        assert (records.cross_check, records.warnings) == (check, warnings)


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


def told(study_of: Callable[[list[TrialRecord]], object], record: Callable[..., TrialRecord], *sizes: int | None):
    """A study whose final runs say these of KID's subsets."""
    runs = [record("dcgan", "final", number, 40.0 + number) for number in range(len(sizes))]
    pairs = zip(runs, sizes, strict=True)
    return study_of([replace(run, protocol=replace(run.protocol, kid_subset_size=size)) for run, size in pairs])


def test_runs_of_an_earlier_version_do_not_say_and_contradict_nothing(make_study, make_record) -> None:
    study = told(make_study, make_record, None, 64, None)
    assert load(study.spec.study_id, study.uri).protocols["final"].kid_subset_size == 64


def test_runs_that_say_different_things_are_refused_after_one_that_does_not(make_study, make_record) -> None:
    study = told(make_study, make_record, None, 64, 50)
    with pytest.raises(UserError, match="scored with kid_subset_size = 64 and some with kid_subset_size = 50"):
        load(study.spec.study_id, study.uri)


def test_what_scores_rest_on_is_a_warning_where_it_should_be(
    make_study, make_record: Callable[..., TrialRecord]
) -> None:
    run = make_record("dcgan", "final", 0, 40.0)
    study = make_study([replace(run, protocol=replace(run.protocol, features=2048))])
    (warning,) = load(study.spec.study_id, study.uri).warnings
    assert warning.startswith("449 generated and 449 real images are too few for 2048 features")


@pytest.mark.parametrize(("name", "text"), [("lr_generator", "abc"), ("seed", "abc"), ("seed", "9" * 30)])
def test_parameters_that_are_no_numbers_are_one_line(name: str, text: str) -> None:
    """Of a run that has not ended, whose row holds what MLflow knows."""
    run = StoredRun("wgan", "trial", 0, "running", {name: text}, {}, "runs/artifacts/x", 0, None)
    with pytest.raises(UserError, match="MLflow's run at runs/artifacts/x: a parameter is no number: ") as refused:
        runs_frame([run])
    assert "\n" not in str(refused.value)


def test_a_seed_is_kept_to_the_last_digit() -> None:
    run = StoredRun("wgan", "trial", 0, "running", {"seed": str(2**63 - 1)}, {}, "", 0, None)
    assert runs_frame([run])["seed"].tolist() == [2**63 - 1]
