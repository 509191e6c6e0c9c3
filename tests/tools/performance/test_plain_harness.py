"""The plain harness on a tiny study: it does the work that ours does."""

from pathlib import Path

import mlflow
import pytest
import torch

from benchmark.records import TrialConfig
from benchmark.spec import load_spec
from benchmark.training.random_streams import derive_seed
from benchmark.workers.cohort_scheduler import run_task
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask
from ganzoo.registry import find_variant
from tools.performance.plain_harness import main

SPEC = """
name = "tiny"
dataset = "digits"
[budget]
trials = 2
discriminator_steps = 12
batch_size = 16
rungs = [6]

[final]
seeds = 1
most_seeds = 1
[search]
n_critic = { choices = [1, 5] }
[score]
images = 64
batch_norm_batches = 2
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "tiny.toml"
    file.write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return file


def test_its_first_trial_has_the_scores_of_ours(study: Path) -> None:
    with torch.random.fork_rng():
        main(str(study), ["cgan-pd"], pruning=False, device="cpu", overrides=())
    runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
    by_name = {run.info.run_name: run.data for run in runs}
    assert by_name.keys() == {"cgan-pd", "cgan-pd-trial-0", "cgan-pd-trial-1", "cgan-pd-final-0"}
    plain = by_name["cgan-pd-trial-0"]
    assert float(plain.params["n_critic"]) == find_variant("cgan-pd").defaults.n_critic
    chosen = find_variant("cgan-pd").defaults.present()
    spec = load_spec(str(study), study.parent)
    config = TrialConfig("cgan-pd", "trial", 0, derive_seed(spec.seed, "trial", 0), chosen)
    folder = study.parent / "ours"
    task = CohortTask(spec, (config,), "validation", folder, study.parent, folder, "cpu")
    (ours,) = run_task(task, WorkerContext.of(task), lambda reports: frozenset())
    for theirs, name in (
        ("frechet_inception_distance", "fid"),
        ("inception_score_mean", "inception_score"),
        ("kernel_inception_distance_mean", "kid"),
        ("precision", "precision"),
    ):
        assert plain.metrics[f"eval/{theirs}"] == pytest.approx(ours.final_scores[name], rel=2e-2, abs=2e-2), name
