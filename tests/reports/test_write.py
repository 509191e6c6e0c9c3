import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from benchmark.errors import UserError
from benchmark.spec import load_spec
from reports.write import write_report


def test_the_folder_holds_the_whole_report(study, tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "x"
    board = write_report(study.spec.study_id, study.uri, folder).board
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["budget.csv", "index.html", "pairs.csv", "report.md", "runs.csv", "spec.toml", "variants.csv"]
    assert pd.read_csv(folder / "variants.csv")["variant"].tolist() == board["variant"].tolist()
    assert load_spec(str(folder / "spec.toml"), tmp_path).study_id == study.spec.study_id
    first = (folder / "index.html").read_text(encoding="utf-8")
    write_report(study.spec.study_id, study.uri, folder)
    assert (folder / "index.html").read_text(encoding="utf-8") == first


def test_the_page_shows_the_numbers_of_the_csv(study, tmp_path: Path) -> None:
    write_report(study.spec.study_id, study.uri, tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    for _, row in pd.read_csv(tmp_path / "variants.csv").dropna(subset=["rank"]).iterrows():
        for text in (f"{row['fid_mean']:.1f} ± {row['fid_std']:.1f}", f"[{row['fid_low']:.1f}, {row['fid_high']:.1f}]"):
            assert text in page
            assert text in markdown


def test_nothing_is_written_of_an_unknown_study(study, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        write_report("other-00000000", study.uri, tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_it_never_imports_torch() -> None:
    code = "import sys, reports.write; sys.exit('torch' in sys.modules or 'ganzoo.catalog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
