"""docs/library.md: its snippets run as one script without a guard, and its tables name the columns that there are."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import benchmark
from benchmark.metrics.catalog import known_scores
from ganzoo.hyperparameters import NAMES as HYPERPARAMETERS

# The page is followed first, which takes half a minute.
pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/library.md").read_text(encoding="utf-8")
FRAMES = ("leaderboard", "runs", "evals", "curves", "pairs", "race", "best_settings")
TINY = {"budget.trials": 2, "final.seeds": 2, "final.most_seeds": 2, "final.candidates": 1}


def snippets() -> str:
    return "\n".join(re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page was followed, by a script that has no guard."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "studies").symlink_to(ROOT / "studies")
    (folder / "page.py").write_text(snippets(), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    (folder / "printed").write_text(done.stdout, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def documented(frame: str) -> list[str]:
    """The columns that the table after a frame's name lists."""
    table = PAGE.split(f"`study.{frame}`: ")[1].split("| --- | --- |\n")[1].split("\n\n")[0]
    return [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])]


def placeholders(columns: list[str], summed: bool) -> list[str]:
    """The same, with one word for all scores: where they are summed up over seeds, with what each column is of them."""
    scores = "|".join(sorted(known_scores(), key=len, reverse=True))
    ending = "(?=_(mean|std|min|max|low|high)$)" if summed else "$"
    return list(dict.fromkeys(re.sub(f"^({scores}){ending}", "SCORE", name) for name in columns))


def test_its_snippets_run_in_a_script_without_a_guard(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = (followed / "printed").read_text(encoding="utf-8")
    monkeypatch.chdir(followed)
    assert benchmark.load_study("smoke", set=TINY).answer in printed
    assert "unknown variant 'wgan-pgg': did you mean 'wgan-" in printed
    assert "2 variants, 8 runs" in printed
    assert [path.name for path in followed.glob("*.png")] != []
    assert (followed / "dcgan-digits/generator.safetensors").is_file()
    assert len([*followed.glob("runs/reports/*/index.html")]) == 1


@pytest.mark.long
def test_its_tables_name_every_column(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(followed)
    study = benchmark.load_study("smoke", set=TINY)
    for frame in FRAMES:
        columns = placeholders([str(name) for name in getattr(study, frame).columns], summed=frame == "leaderboard")
        if frame == "best_settings":
            columns = [*columns[:4], "HYPERPARAMETER", "default_HYPERPARAMETER"]
            assert [*study.best_settings.columns][4:] == [*HYPERPARAMETERS, *(f"default_{n}" for n in HYPERPARAMETERS)]
        assert columns == documented(frame), frame


def test_curves_are_called_as_it_says(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(followed)
    curves: pd.DataFrame = benchmark.load_study("smoke", set=TINY).curves
    said = re.findall(r"`(\w+)`", next(line for line in PAGE.splitlines() if line.startswith("| `curve` |")))
    assert set(curves["curve"]) == set(said) - {"curve"}
