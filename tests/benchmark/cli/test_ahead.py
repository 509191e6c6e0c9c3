"""What the report needs of time, while runs go on."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_study import FinishedStudy

from benchmark.cli.ahead import AheadOfReport
from reports.output.loss_plots import FOLDER, plot_path, write_loss_plots
from reports.records.load import load

PROGRAM = """
import pickle, sys, threading
from pathlib import Path
from benchmark.cli.ahead import AheadOfReport
ahead = AheadOfReport(Path("report"))
assert "reports.output.write" not in sys.modules
for _ in range(3):
    ahead.on_run_end(pickle.loads(Path(sys.argv[1]).read_bytes()), Path())
(thread,) = [each for each in threading.enumerate() if each.name == "ahead-of-report"]
assert thread.daemon
ahead.on_study_end()
assert not thread.is_alive()
from reports.charts.vega import vega_bundle
print("reports.output.write" in sys.modules, vega_bundle.cache_info().currsize)
"""


@pytest.mark.long
def test_imports_begin_with_the_first_run_that_ends_and_only_once(finished: FinishedStudy, tmp_path: Path) -> None:
    (tmp_path / "trial.pickle").write_bytes(pickle.dumps(finished.records(finished.sound[0], "trial")[0]))
    command = [sys.executable, "-c", PROGRAM, "trial.pickle"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True 1\n"), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["trial.pickle"]


def test_plots_of_final_runs_are_those_that_the_report_would_draw(finished: FinishedStudy, tmp_path: Path) -> None:
    variant = finished.sound[0]
    finals = finished.records(variant, "final")
    ahead = AheadOfReport(tmp_path)
    for record in (*finished.records(variant, "trial"), *finals):
        ahead.on_run_end(record, tmp_path / "work")
    ahead.on_study_end()
    drawn = {path: path.stat().st_mtime_ns for path in (tmp_path / FOLDER).iterdir()}
    assert set(drawn) == {tmp_path / plot_path(variant, record.config.number) for record in finals}
    write_loss_plots(load(finished.spec.study_id, finished.uri), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in drawn} == drawn


def test_a_folder_that_cannot_be_written_is_for_the_report_to_tell(finished: FinishedStudy, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file", encoding="utf-8")
    ahead = AheadOfReport(tmp_path / "report")
    for record in finished.records(finished.sound[0], "final"):
        ahead.on_run_end(record, tmp_path / "work")
    ahead.on_study_end()
    assert (tmp_path / "report").read_text(encoding="utf-8") == "a file"


def test_a_study_that_ends_without_a_run_waits_for_nothing(tmp_path: Path) -> None:
    AheadOfReport(tmp_path).on_study_end()
