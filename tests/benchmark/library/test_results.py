"""A study as frames, pictures and generators: the numbers of its records."""

from pathlib import Path

import pandas as pd
import pytest
from tiny_study import FinishedStudy

import benchmark
from benchmark.errors import UserError
from benchmark.library.results import StudyResults

FRAMES = ("leaderboard", "runs", "trials", "finals", "evals", "curves", "pairs", "race", "best_settings")


@pytest.fixture
def study(finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch) -> StudyResults:
    monkeypatch.chdir(finished.paths.root)
    return benchmark.load_study("tiny")


def test_runs_are_those_of_the_records(study: StudyResults, finished: FinishedStudy) -> None:
    record = finished.record("wgan-final-0001")
    (row,) = study.finals.query("variant == 'wgan' and number == 1").to_dict("records")
    assert row["fid"] == record.final_scores["fid"]
    assert row["lr_generator"] == record.config.hyperparameters["lr_generator"]
    assert set(study.trials["kind"]) == {"trial"}
    assert len(study.trials.query("variant == 'wgan'")) == finished.spec.budget.trials


def test_means_are_those_of_its_final_runs(study: StudyResults, finished: FinishedStudy) -> None:
    scores = [record.final_scores["fid"] for record in finished.records("wgan", "final")]
    board = study.leaderboard.set_index("variant")
    assert board.loc["wgan", "fid_mean"] == pytest.approx(sum(scores) / 2)
    assert board.loc["wgan", "seeds"] == 2
    assert board.loc[finished.failing, "failed"] == finished.spec.budget.trials


def test_curves_and_rungs_are_those_of_the_records(study: StudyResults, finished: FinishedStudy) -> None:
    record = finished.record("gan-shallow-trial-0000")
    run = "variant == 'gan-shallow' and kind == 'trial' and number == 0"
    points = study.curves.query(f"{run} and curve == 'output_real'")
    assert [*zip(points["step"], points["value"], strict=True)] == [*record.curves["output_real"]]
    assert study.evals.query(run)["step"].tolist() == [rung.step for rung in record.rungs]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_that_is_changed_changes_no_other(study: StudyResults, name: str) -> None:
    before: pd.DataFrame = getattr(study, name)
    kept = before.copy()
    before.drop(before.index, inplace=True)
    assert before.empty
    assert len(kept) > 0
    pd.testing.assert_frame_equal(getattr(study, name), kept)


def test_samples_are_the_last_rung_s_or_of_a_step(study: StudyResults, finished: FinishedStudy) -> None:
    shown = study.samples("wgan")
    assert shown.size == (274, 274)
    last = finished.spec.budget.rungs[-1]
    assert study.samples("wgan", last).tobytes() == shown.tobytes()
    with pytest.raises(UserError, match=r"^unknown step '7': did you mean .* Known: "):
        study.samples("wgan", 7)
    with pytest.raises(UserError, match=r"'wgam'; variants of this study with samples: .*; did you mean 'wgan'\?$"):
        study.samples("wgam")
    told = "no samples of variant 'dragan-elsewhere'; variants of this study with samples: gan-shallow, wgan"
    with pytest.raises(UserError, match=f"^{told}$"):  # none is near
        study.samples("dragan-elsewhere")
    with pytest.raises(UserError, match=r"^no samples of variant 3; "):
        study.samples(3)  # type: ignore[arg-type]


def test_its_generators_draw_new_images(study: StudyResults, finished: FinishedStudy) -> None:
    first = study.generator("wgan").sample(5)
    saved = benchmark.load(finished.work / "wgan-final-0000")
    assert (first == saved.sample(5)).all()
    assert study.generator("wgan-final-0001").variant.name == "wgan"
    with pytest.raises(UserError, match="no finished run 'dcgan'"):
        study.generator("dcgan")


def test_it_says_its_answer_and_writes_its_report(study: StudyResults, tmp_path: Path) -> None:
    page = study.write_report(tmp_path / "report")
    assert page == tmp_path / "report" / "index.html"
    assert study.answer in (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert repr(study) == f"<study {study.study_id}: {study.answer}>"
    assert study.study_id == study.spec.study_id
    assert any(line.startswith("hinge: ") for line in study.warnings)
