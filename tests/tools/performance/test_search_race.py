"""Laps of whole searches, with a stopwatch that runs no command."""

from pathlib import Path

import pytest

from benchmark.spec import Spec
from tools.performance import search_race
from tools.performance.search_race import Course, Lap, race

SPEC = Spec.model_validate(
    {"name": "s", "dataset": "digits", "budget": {"trials": 4}, "final": {"seeds": 2, "most_seeds": 2}}
)


def test_sides_alternate_and_do_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def stopwatch(command: list[str]) -> float:
        commands.append(command)
        return 3.0 if "tools.performance.plain_harness" in command else 1.5

    monkeypatch.setattr(search_race, "_time", stopwatch)
    course = Course(Path("s.toml"), ["seed=1"], ["dcgan", "wgan"], "cuda:1")
    laps = [lap for pruning in (True, False) for lap in race(SPEC, course, 2, pruning=pruning)]
    assert laps == [
        Lap(side, pruning, repeat, seconds, pytest.approx(12 / seconds * 3600))
        for pruning in (True, False)
        for repeat in range(2)
        for side, seconds in (("plain", 3.0), ("ganbench", 1.5))
    ]
    plain, ours, *_, last_plain, last = commands
    assert plain[2:] == ["tools.performance.plain_harness", "s.toml", "dcgan,wgan", "pruning", "cuda:1", "seed=1"]
    assert ours[3:] == ["run", "--study", "s.toml", "--variant", "dcgan,wgan", "--device", "cuda:1", "--set", "seed=1"]
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
    assert search_race._time([search_race.sys.executable, "-c", words]) > 0
    assert seen.read_text() == "[[], None]"
