"""What a search may be made with: each is Optuna's, and what it is called."""

import optuna
import pytest

from benchmark.replay.methods import PRUNERS, SAMPLERS

RUNGS = (100, 300, 900)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_sampler_draws_the_same_for_its_seed(name: str) -> None:
    drawn = []
    for seed in (1, 1, 2):
        study = optuna.create_study(sampler=SAMPLERS[name](seed))
        drawn.append([study.ask({"x": optuna.distributions.FloatDistribution(0, 1)}).params["x"] for _ in range(3)])
    assert drawn[0] == drawn[1] != drawn[2]


def test_random_does_not_learn_and_tpe_does() -> None:
    """After twenty told trials of x^2 on [-1, 1], TPE looks around 0."""
    means = {}
    for name in ("random", "tpe"):
        study = optuna.create_study(sampler=SAMPLERS[name](0))
        study.optimize(lambda trial: trial.suggest_float("x", -1, 1) ** 2, n_trials=40)
        means[name] = sum(abs(trial.params["x"]) for trial in study.trials[20:]) / 20
    assert means["tpe"] < 0.7 * means["random"]


@pytest.mark.parametrize(
    ("name", "stopped"), [("none", 0), ("percentile", 3), ("percentile-25", 3), ("halving", 2), ("halving-3", 2)]
)
def test_a_pruner_stops_as_many_as_it_says(name: str, stopped: int) -> None:
    """Three whole trials had 3, 4 and 5 at the first rung; then come 4.5, 5.5, 6 and 3.5.

    Percentiles are of the whole trials alone: 4 and 3.5, which 3.5 is not above. Halving ranks those that it was asked
    of: 4.5 is alone and goes on, 5.5 and 6 are not the best of two and of three, and 3.5 is the best of four.
    """
    study = optuna.create_study(pruner=PRUNERS[name](RUNGS))
    for score in (3.0, 4.0, 5.0):
        trial = study.ask()
        for rung in RUNGS:
            trial.report(score, rung)
        study.tell(trial, score)
    pruned = 0
    for score in (4.5, 5.5, 6.0, 3.5):
        trial = study.ask()
        trial.report(score, RUNGS[0])
        pruned += trial.should_prune()
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    assert pruned == stopped
