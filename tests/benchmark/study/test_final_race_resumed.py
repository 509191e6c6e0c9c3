"""The race of a study: the same to the last digit with one or two workers, after a kill, and when seeds are added."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from killing import start_ganbench
from pools import PATIENCE
from tiny_study import TINY

from benchmark.race.race import Race
from benchmark.spec import load_spec
from reports.analysis.race import study_race
from reports.records.load import StudyRecords, load

RACED = TINY.replace("trials = 4", "trials = 2").replace("most_seeds = 2", "candidates = 2\nmost_seeds = MOST")
TIMES = ["train_seconds", "score_seconds"]


class Sitting:
    """A folder in which the study is run by the console command."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "studies").mkdir()

    def start(self, most: int, workers: int = 1) -> subprocess.Popen[str]:
        text = RACED.replace("MOST", str(most))
        (self.root / "studies" / "tiny.toml").write_text(text, encoding="utf-8")
        return start_ganbench(self.root, "--workers", str(workers))

    def run(self, most: int, workers: int = 1) -> None:
        process = self.start(most, workers)
        told, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, told

    def kill(self, most: int, when: Callable[[set[str]], bool]) -> None:
        """End the command, and all its workers with it, when records of such runs are there."""
        process = self.start(most)
        deadline = time.monotonic() + PATIENCE
        while not when({path.parent.name for path in self.root.glob("runs/*/*/*/record.json")}):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.kill()
        process.wait()

    def records(self) -> StudyRecords:
        spec = load_spec(str(self.root / "studies" / "tiny.toml"), Path())
        return load(spec.study_id, f"sqlite:///{self.root / 'runs' / 'mlflow.db'}")


def result(sitting: Sitting) -> tuple[pd.DataFrame, Race]:
    """All runs but for the times, and the race."""
    records = sitting.records()
    found = study_race(records).race
    assert found is not None
    keys = ["variant", "kind", "number"]
    return records.runs.drop(columns=TIMES).sort_values(keys).reset_index(drop=True), found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Race]:
    sitting = Sitting(tmp_path_factory.mktemp("undisturbed"))
    sitting.run(most=4)
    return result(sitting)


@pytest.mark.long
def test_the_race_was_run_in_stages(undisturbed: tuple[pd.DataFrame, Race]) -> None:
    runs, race = undisturbed
    assert [stage.seeds for stage in race.stages] == [2, 3, 4]
    finals = runs[runs["kind"] == "final"].groupby("variant")["number"].count().to_dict()
    assert finals == race.needed
    assert (runs["kind"] == "candidate").sum() == 4


@pytest.mark.long
def test_killed_in_the_middle_of_a_stage_and_gone_on_with_two_workers(
    undisturbed: tuple[pd.DataFrame, Race], tmp_path: Path
) -> None:
    sitting = Sitting(tmp_path)
    sitting.kill(4, lambda ended: any(name.endswith("final-0002") for name in ended))
    sitting.run(most=4, workers=2)
    runs, race = result(sitting)
    pd.testing.assert_frame_equal(runs, undisturbed[0])
    assert repr(race) == repr(undisturbed[1])


@pytest.mark.long
def test_more_seeds_later_are_as_more_seeds_at_once(undisturbed: tuple[pd.DataFrame, Race], tmp_path: Path) -> None:
    sitting = Sitting(tmp_path)
    for most in (2, 4):
        sitting.run(most, workers=2)
    runs, race = result(sitting)
    pd.testing.assert_frame_equal(runs, undisturbed[0])
    assert repr(race) == repr(undisturbed[1])
