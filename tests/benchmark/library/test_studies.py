"""Studies run and read from Python."""

import os
from pathlib import Path

import pytest
import torch
from tiny_study import FinishedStudy

import benchmark
from benchmark.errors import UserError


@pytest.fixture(autouse=True)
def _there(finished: FinishedStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished.paths.root)


def test_a_finished_study_trains_nothing_and_is_read(
    finished: FinishedStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    times = {file: file.stat().st_mtime_ns for file in finished.work.glob("*/record.json")}
    before, threads = dict(os.environ), torch.get_num_threads()
    study = benchmark.run("tiny", variants=("gan-shallow", "wgan"), workers=1, device="cpu")
    assert {file: file.stat().st_mtime_ns for file in finished.work.glob("*/record.json")} == times
    assert study.study_id == finished.spec.study_id
    assert study.finished
    assert len(study.finals.query("variant == 'wgan'")) == 2
    assert dict(os.environ) == before
    assert torch.get_num_threads() == threads
    assert f"{finished.spec.study_id}: " in capsys.readouterr().out


def test_it_prints_nothing_if_it_is_not_to(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark.run("tiny", variants="wgan", workers=1, device="cpu", progress=False)
    assert capsys.readouterr().out == ""


def test_names_may_have_commas_between(finished: FinishedStudy) -> None:
    study = benchmark.run("tiny", variants="gan-shallow,wgan", workers=1, device="cpu", progress=False)
    assert study.study_id == finished.spec.study_id
    assert study.finished


def test_other_values_are_another_study(finished: FinishedStudy) -> None:
    with pytest.raises(UserError, match=rf"^no study 'tiny-.*known: {finished.spec.study_id}"):
        benchmark.load_study("tiny", set={"seed": 1})


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: benchmark.run("tiny", variants=["wgam"]), r"^unknown variant 'wgam': did you mean 'wgan'\?"),
        (lambda: benchmark.run("tiny", variants="wgan,wgam"), r"^unknown variant 'wgam': did you mean 'wgan'\?"),
        (
            lambda: benchmark.run("tiny", variants=[]),
            r"^variants: \[\] names nothing; give names, as in 'wgan,dcgan'",
        ),
        (
            lambda: benchmark.run("tiny", variants=""),
            r"^variants: '' names nothing; give names, as in 'wgan,dcgan'",
        ),
        (lambda: benchmark.run("tiny", workers=-1), r"^workers = -1: must be a whole number of 0 or more$"),
        (
            lambda: benchmark.run("tiny", set="budget.trials=3"),
            r"^set = 'budget.trials=3': must be a dictionary",
        ),
        (lambda: benchmark.load_study("tiny", set=["seed=3"]), r"^set = \['seed=3'\]: must be a dictionary"),
        (lambda: benchmark.run("tiny", set={"budget.trial": 1}), r"unknown key 'budget.trial'; known: trials"),
        (lambda: benchmark.run("tinny"), r"^no study spec '.*tinny.toml': did you mean 'tiny'\?"),
        (lambda: benchmark.load_study("tinny"), r"^no study spec '.*tinny.toml': did you mean 'tiny'\?"),
        (lambda: benchmark.run(Path("studies/none.toml")), r"^no study spec 'studies/none.toml'"),
    ],
)
def test_what_is_not_there_is_one_line(call: object, line: str) -> None:
    with pytest.raises(UserError, match=line) as raised:
        call()  # type: ignore[operator]
    assert "\n" not in str(raised.value)
