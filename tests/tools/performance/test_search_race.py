"""Laps of whole searches, with a stopwatch that runs no command."""

from math import isnan, nan
from pathlib import Path

import pandas as pd
import pytest

from benchmark.spec import Spec
from tools.performance import search_race
from tools.performance.search_race import Course, Lap, race

SPEC = Spec.model_validate(
    {"name": "s", "dataset": "digits", "budget": {"trials": 4}, "final": {"seeds": 2, "most_seeds": 2}}
)


def test_sides_alternate_and_do_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def stopwatch(command: list[str], folder: str) -> float:
        commands.append(command)
        return 3.0 if "tools.performance.plain_harness" in command else 1.5

    monkeypatch.setattr(search_race, "_time", stopwatch)
    course = Course(Path("s.toml"), ["seed=1"], ["dcgan", "wgan"], "cuda:1")
    laps = [lap for pruning in (True, False) for lap in race(SPEC, course, 2, pruning=pruning)]
    assert laps == [
        Lap(side, pruning, repeat, seconds, pytest.approx(12 / seconds * 3600), pytest.approx(nan, nan_ok=True))
        for pruning in (True, False)
        for repeat in range(2)
        for side, seconds in (("plain", 3.0), ("ganbench", 1.5))
    ]
    plain, ours, *_, last_plain, last = commands
    assert plain[2:] == ["tools.performance.plain_harness", "s.toml", "dcgan,wgan", "pruning", "cuda:1", "seed=1"]
    assert ours[3:] == [
        *("run", "--study", "s.toml", "--variant", "dcgan,wgan", "--device", "cuda:1", "--set", "seed=1"),
        *("--set", "final.candidates=1", "--set", 'final.settings=["found"]', "--set", "final.most_seeds=2"),
    ]
    assert last_plain[5] == "all"
    assert last[-2:] == ["--set", "pruner.percentile=100"]


def test_a_command_decides_on_its_threads_and_starts_in_an_empty_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    seen = tmp_path / "seen"
    words = (
        f"import os, pathlib; pathlib.Path({str(seen)!r}).write_text(str([os.listdir(), os.getenv('OMP_NUM_THREADS')]))"
    )
    (tmp_path / "empty").mkdir()
    assert search_race._time([search_race.sys.executable, "-c", words], str(tmp_path / "empty")) > 0
    assert seen.read_text() == "[[], None]"


def test_our_side_on_cores_is_held_against_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopwatch(command: list[str], folder: str) -> float:
        report = Path(folder) / "runs" / "reports" / "s-1"
        report.mkdir(parents=True)
        (report / "runs.csv").write_text("variant,discriminator_steps,generator_steps\ndcgan,40,20\n")
        return 2.0

    seen = []

    def seconds(runs: pd.DataFrame, spec: Spec, data: Path) -> float:
        seen.append(runs.iloc[0].tolist())
        return 0.5

    monkeypatch.setattr(search_race, "_time", stopwatch)
    monkeypatch.setattr(search_race, "seconds_at_the_limit", seconds)
    plain, ours = race(SPEC, Course(Path("s.toml"), [], ["dcgan"], "cpu"), 1, pruning=True)
    assert (isnan(plain.limit_seconds), ours.limit_seconds, seen) == (True, 0.5, [["dcgan", 40, 20]])
