"""`make perf`: which of its measurements are made, and where they are written."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from benchmark.errors import UserError
from tools.performance import __main__ as command

SPEC = 'name = "tiny"\ndataset = "digits"\nvariants = ["dcgan"]\n'


@dataclass(frozen=True)
class Rate:
    """A measurement, made up."""

    variant: str
    side: str
    member_steps_per_second: float


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "tiny.toml"
    file.write_text(SPEC, encoding="utf-8")
    return file


def run(study: Path, **settings: object) -> None:
    defaults = {
        "study": str(study), "variant": "", "racers": "", "pruning": "on", "cohorts": "", "sizes": "", "trials": "",
        "members": 1, "report": 0, "device": "cpu", "repeats": 1, "overrides": None, "output": study.parent / "out",
    }  # fmt: skip
    command.main(**(defaults | settings))  # type: ignore[arg-type]


def test_an_unknown_way_of_pruning_is_refused(study: Path) -> None:
    with pytest.raises(UserError, match=r"--pruning sometimes: on, off, both"):
        run(study, pruning="sometimes")


def test_what_is_not_asked_for_is_not_measured(study: Path) -> None:
    run(study)
    assert list((study.parent / "out").iterdir()) == []


def test_cohorts_are_timed_at_the_sizes_asked_for(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def table(spec, variants, sizes, data, device):
        asked.append((spec.name, variants, sizes, device.type))
        return [Rate("dcgan", "ours", 12.5)]

    monkeypatch.setattr(command, "table", table)
    run(study, cohorts="dcgan,wgan", sizes="1,8")
    run(study, cohorts="dcgan")
    assert asked == [("tiny", ["dcgan", "wgan"], [1, 8], "cpu"), ("tiny", ["dcgan"], [1, 2, 4], "cpu")]
    written = pd.read_csv(study.parent / "out" / "cohorts.csv")
    assert written.to_dict("records") == [{"variant": "dcgan", "side": "ours", "member_steps_per_second": 12.5}]


def test_the_parent_is_looked_at_in_order(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def costs(spec, variant, numbers, folder):
        looks.append((variant, numbers))
        return [Rate(variant, "parent", 1.0)]

    monkeypatch.setattr(command, "costs", costs)
    run(study, trials="500,50")
    assert looks == [("wgan-gp", (50, 500))]
    assert (study.parent / "out" / "parent.csv").is_file()


def test_the_limit_is_told_of_our_side_alone(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("with its pruner", 100.0, None), ("with its pruner", 50.0, 20.0), ("with its pruner", 70.0, 16.0)]
    command._tell_the_limit(pd.DataFrame(rows, columns=["search", "seconds", "limit_seconds"]))
    told = "at the rate of a large matrix product on every core its training would take 18 s (30%)"
    assert capsys.readouterr().out == f"with its pruner: 60 s; {told}\n"
