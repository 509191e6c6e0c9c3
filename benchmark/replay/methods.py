"""What a search may be made with, by name: a line here adds a sampler or a pruner of Optuna's."""

from collections.abc import Callable, Sequence

from optuna.pruners import BasePruner, HyperbandPruner, NopPruner, PercentilePruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

# Trials before a sampler learns, and before a pruner stops one: those of the digits study.
STARTUP_TRIALS = 3

SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "tpe": lambda seed: TPESampler(n_startup_trials=STARTUP_TRIALS, multivariate=True, seed=seed),
    "tpe-independent": lambda seed: TPESampler(n_startup_trials=STARTUP_TRIALS, multivariate=False, seed=seed),
    "random": lambda seed: RandomSampler(seed=seed),
}
PRUNERS: dict[str, Callable[[Sequence[int]], BasePruner]] = {
    "none": lambda _: NopPruner(),
    "percentile": lambda _: PercentilePruner(50.0, n_startup_trials=STARTUP_TRIALS),
    "percentile-25": lambda _: PercentilePruner(25.0, n_startup_trials=STARTUP_TRIALS),
    "halving": lambda rungs: SuccessiveHalvingPruner(min_resource=rungs[0], reduction_factor=2),
    "halving-3": lambda rungs: SuccessiveHalvingPruner(min_resource=rungs[0], reduction_factor=3),
    "hyperband": lambda rungs: HyperbandPruner(min_resource=rungs[0], max_resource=rungs[-1], reduction_factor=3),
}
