"""The example of a metric, built and installed as a user would, and found by a process of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

GANBENCH = [sys.executable, "-c", "from benchmark.cli import main; main()"]
ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]
# One white pixel amid black: a Laplacian of -4 there and 1 on its four sides, 0 on the other four of nine.
ASK = """
import json, sys, torch
from benchmark.metrics.catalog import default_metrics, find_metric, known_metrics, known_scores, possible_objectives
assert "sharpness" in known_metrics() and "torch" in sys.modules
from ganbench_sharpness import sharpness
image = torch.zeros(1, 1, 5, 5, dtype=torch.uint8)
image[0, 0, 2, 2] = 255
print(json.dumps({
    "sharpness": sharpness(image),
    "last": list(known_scores())[-2:],
    "objective": possible_objectives()["sharpness_gap"],
    "default": "sharpness" in default_metrics(),
}))
"""


def test_is_found_with_its_values(metric_installed: str, run: Run) -> None:
    done = run([sys.executable, "-c", ASK], f"{metric_installed}:{ROOT}")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "sharpness": pytest.approx(20 / 9),
        "last": ["sharpness", "sharpness_gap"],
        "objective": "sharpness",
        "default": False,
    }


@pytest.mark.long
def test_is_scored_by_name(metric_installed: str, run: Run, tmp_path: Path) -> None:
    make = "import numpy; numpy.savez('grey.npz', numpy.full((20, 1, 8, 8), 99, 'uint8'))"
    assert run([sys.executable, "-c", make], "", tmp_path).returncode == 0
    asked = ["score", "grey.npz", "--set", 'score.metrics=["fid", "sharpness"]', "--output", "scores.json"]
    done = run([*GANBENCH, *asked], f"{metric_installed}:{ROOT}", tmp_path)
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "scores.json").read_text())["scores"]
    assert scores["sharpness"] == 0.0
    assert scores["sharpness_gap"] > 0.1
    assert "Sharpness, distance from the real one" in done.stdout
    refused = run([*GANBENCH, *asked], str(ROOT), tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("ganbench: --set score.metrics: unknown metric 'sharpness': did you mean")
    assert refused.stderr.count("\n") == 1


@pytest.mark.long
def test_a_study_of_it_is_reported_without_it(metric_installed: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        """
name = "mine"
dataset = "digits"
variants = ["gan-shallow", "gan-mlp"]
budget = { trials = 1, discriminator_steps = 2, batch_size = 16 }
final = { seeds = 2, most_seeds = 2, images = 64 }
score = { metrics = ["fid", "sharpness"], objective = "sharpness_gap", images = 64 }
"""
    )
    made, study = ("--study", "mine.toml"), ["--workers", "1", "--device", "cpu"]
    done = run([*GANBENCH, "run", *made, *study], f"{metric_installed}:{ROOT}", tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "runs" / "reports").iterdir()
    before = pd.read_csv(folder / "variants.csv")
    # By its spec, by its id, and by what another machine left.
    store = ["--store", "runs", "--output", "there"]
    for words, written in ((made, folder), (("--study", folder.name), folder), ((*made, *store), tmp_path / "there")):
        shutil.rmtree(written, ignore_errors=True)
        reported = run([*GANBENCH, "report", *words], str(ROOT), tmp_path)
        assert reported.returncode == 0, reported.stderr
        after = pd.read_csv(written / "variants.csv")
        pd.testing.assert_frame_equal(after[before.columns], before)
        assert after["sharpness_gap_mean"].notna().all()
        assert r"by sharpness\_gap" in (written / "report.md").read_text()  # by its bare name
    refused = run([*GANBENCH, "run", *made, *study], str(ROOT), tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("ganbench: mine.toml: score.metrics.1: unknown metric 'sharpness': did you mean")
