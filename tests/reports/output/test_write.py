import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from benchmark.spec import load_spec
from reports.output.write import write_report
from reports.records.load import StudyRecords, load


def test_the_folder_holds_the_whole_report(study, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "x"
    records = load(study.spec.study_id, study.uri)
    board = write_report(records, folder).board
    tables = ("budget", "evals", "found", "importance", "pairs", "runs", "sensitivity", "variants")
    tables += ("answer", "race", "tuning")
    texts = {"index.html", "report.md", "leaderboard.tex", "protocol.json", "verdict.json", "spec.toml"}
    expected = texts | {f"{name}.{kind}" for name in tables for kind in ("csv", "parquet")}
    expected |= {"curves.parquet", "trials.parquet"}
    assert {path.name for path in folder.iterdir()} == expected | {"losses"}
    assert pd.read_csv(folder / "variants.csv")["variant"].tolist() == board["variant"].tolist()
    assert load_spec(str(folder / "spec.toml"), tmp_path).study_id == study.spec.study_id
    first = (folder / "index.html").read_text(encoding="utf-8")
    write_report(records, folder)
    assert (folder / "index.html").read_text(encoding="utf-8") == first


def test_the_page_shows_the_numbers_of_the_csv(study, tmp_path: Path) -> None:
    write_report(load(study.spec.study_id, study.uri), tmp_path)
    page = re.sub("</?small>", "", (tmp_path / "index.html").read_text(encoding="utf-8"))
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8").replace("\\", "")  # brackets are escaped
    for _, row in pd.read_csv(tmp_path / "variants.csv").dropna(subset=["factor"]).iterrows():
        for text in (
            f"{row['fid_mean']:.1f} ± {row['fid_std']:.1f}",
            f"[{row['centre_low']:.1f}, {row['centre_high']:.1f}]",
        ):
            assert text in page
            assert text in markdown


def test_parquet_holds_what_the_csv_holds(records: StudyRecords, tmp_path: Path) -> None:
    write_report(records, tmp_path)
    for path in tmp_path.glob("*.csv"):
        stored = pd.read_parquet(path.with_suffix(".parquet"))
        read = pd.read_csv(path, keep_default_na=False, na_values=[""])
        numbers = stored.select_dtypes("float").columns
        assert (len(stored), list(stored.columns)) == (len(read), list(read.columns))
        pd.testing.assert_frame_equal(stored[numbers], read[numbers], check_dtype=False, check_exact=True)
    assert len(pd.read_parquet(tmp_path / "curves.parquet")) == len(records.curves)


def test_the_protocol_lies_beside_it_for_those_who_compare(records: StudyRecords, tmp_path: Path) -> None:
    write_report(records, tmp_path)
    told = json.loads((tmp_path / "protocol.json").read_text(encoding="utf-8"))
    assert (told["study"], told["ranked_by"]) == (records.study_id, "fid")
    assert told["protocols"]["final"]["generated_images"] == 449
    assert told["baseline"]["test"]["noise"]["fid"] == 1300.0


def test_a_score_of_a_metric_that_is_not_installed_is_on_the_page(foreign: StudyRecords, tmp_path: Path) -> None:
    write_report(foreign, tmp_path)
    assert "Of blur, as it is tested" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert pd.read_csv(tmp_path / "runs.csv")["blur"].tolist() == foreign.runs["blur"].tolist()


@pytest.mark.long
def test_a_selection_has_a_spec_a_study(records: StudyRecords, tmp_path: Path) -> None:
    specs = {"one-00000000": records.spec, "two-00000000": records.spec}
    write_report(replace(records, specs=specs), tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.toml")) == ["spec-one-00000000.toml", "spec-two-00000000.toml"]
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "make bench STUDY=spec-one-00000000.toml\nmake bench STUDY=spec-two-00000000.toml" in page


def test_it_never_imports_torch() -> None:
    code = "import sys, reports.output.write; sys.exit('torch' in sys.modules or 'ganzoo.registry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("state", ["failed", "interrupted", "diverged"])
def test_a_study_without_a_complete_trial_has_a_report(state: str, make_record, in_memory, tmp_path: Path) -> None:
    """Of what ended before its first rung nothing is left but a reason."""
    entries = [replace(make_record("dcgan", "trial", n, 1.0, state), rungs=(), curves={}, costs={}) for n in range(3)]
    written = write_report(in_memory(entries), tmp_path)
    (note,) = written.board["note"]
    expected = "3 trials interrupted: the same command makes them again"
    assert note == (expected if state == "interrupted" else f"no trial was completed: 3 {state}")
    assert pd.read_csv(tmp_path / "runs.csv")["state"].tolist() == [state] * 3
    assert note in (tmp_path / "index.html").read_text(encoding="utf-8")
