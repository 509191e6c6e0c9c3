"""Methods side by side: geometric means and intervals by hand, and a difference that is known."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_records import made

from benchmark.replay.comparison import compared, methods_of
from benchmark.replay.recorded_trials import RecordedTrials, RecordedVariant, read_trials
from benchmark.replay.replayed_search import Method, ReplayedSearch
from benchmark.spec import Range


def test_means_and_intervals_by_hand() -> None:
    """Scores 1, e and e^2, one trial each: what is found is by hand the courses' own."""
    places = np.array([[0.0], [0.5], [1.0]])
    scores = np.exp(np.array([[0.0], [1.0], [2.0]]))
    own = RecordedVariant("dcgan", {"beta1": Range(low=0.0, high=1.0)}, places, places, (300,), scores)
    recorded = RecordedTrials("made-0", "fid", 8, 1, {"dcgan": own}, {"dcgan": 0})
    found = compared(recorded, [Method("random", "none", 1)], trials=2, repeats=12)
    logs = np.array(
        [
            np.log(ReplayedSearch(own, Method("random", "none", 1), seed).course(600).at([300, 600]))
            for seed in range(12)
        ]
    )
    rows = found[found["variant"] == "dcgan"]
    assert rows["updates"].tolist() == [300, 600]
    np.testing.assert_allclose(rows["times_best"], np.exp(logs.mean(0)))
    half = 1.959963984540054 * logs.std(0, ddof=1) / np.sqrt(12)
    np.testing.assert_allclose(rows["low"], np.exp(logs.mean(0) - half))
    np.testing.assert_allclose(rows["high"], np.exp(logs.mean(0) + half))
    every = found[found["variant"] == ""]
    np.testing.assert_allclose(every["times_best"], rows["times_best"])


def test_pruning_leaves_updates_to_others(tmp_path: Path) -> None:
    """Without noise, and with a first rung that tells the order: more trials for the same updates find more."""
    recorded = read_trials(made(tmp_path / "trials.parquet", 200, lambda: 0.0))
    methods = methods_of(["random"], ["none", "halving-3"], recorded.cohort)
    assert [(each.sampler, each.pruner, each.cohort) for each in methods] == [
        ("random", "none", 2),
        ("random", "halving-3", 2),
    ]
    found = compared(recorded, methods, trials=4, repeats=150)
    last = found[(found["variant"] == "") & (found["updates"] == 1200)].set_index("pruner")
    assert last.loc["halving-3", "times_best"] < 0.98 * last.loc["none", "times_best"]
    assert last["times_best"].min() >= 1
    assert found["times_best"].isna().sum() == pytest.approx(0, abs=4)
