"""A spec's ranges as Optuna has them."""

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import Trial

from benchmark.spec import Range


def distribution_of(searched: Range) -> BaseDistribution:
    """A range as Optuna has it."""
    if searched.choices is not None:
        return CategoricalDistribution(sorted(set(searched.choices)))
    assert searched.low is not None
    assert searched.high is not None
    return FloatDistribution(searched.low, searched.high, log=searched.log)


def suggested(trial: Trial, name: str, searched: Range) -> float:
    """What a trial has, or draws, in a range."""
    if searched.choices is not None:
        return float(trial.suggest_categorical(name, sorted(set(searched.choices))))
    assert searched.low is not None
    assert searched.high is not None
    return trial.suggest_float(name, searched.low, searched.high, log=searched.log)
