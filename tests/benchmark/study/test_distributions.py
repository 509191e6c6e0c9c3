"""A spec's ranges as Optuna has them."""

import optuna
import pytest
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from benchmark.spec import Range
from benchmark.study.distributions import distribution_of, suggested


@pytest.mark.parametrize(
    ("searched", "expected"),
    [
        (Range(low=1e-4, high=1e-2, log=True), FloatDistribution(1e-4, 1e-2, log=True)),
        (Range(low=0.7, high=1.0), FloatDistribution(0.7, 1.0)),
        (Range(choices=(5.0, 1.0, 5.0)), CategoricalDistribution([1.0, 5.0])),
    ],
)
def test_a_range_and_what_a_trial_draws_of_it(searched: Range, expected: BaseDistribution) -> None:
    assert distribution_of(searched) == expected
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    value = suggested(trial, "lr_generator", searched)
    assert trial.distributions == {"lr_generator": expected}
    assert searched.holds(value)
    assert trial.params == {"lr_generator": value}
