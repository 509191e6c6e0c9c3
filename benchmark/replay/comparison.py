"""Methods of search side by side: each repeated with other seeds, at equal updates, over all recorded variants."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from benchmark.replay.recorded_trials import Floats, RecordedTrials, RecordedVariant
from benchmark.replay.replayed_search import Method, ReplayedSearch

LEVEL = 0.95


def compared(recorded: RecordedTrials, methods: Sequence[Method], trials: int, repeats: int) -> pd.DataFrame:
    """What each method finds by how many updates, as a multiple of the best recorded score of a variant.

    Args:
        recorded: A study's trials.
        methods: How to search.
        trials: Whole trials whose updates a search may spend.
        repeats: Searches of each variant by each method.

    Returns:
        A row a method, variant and number of updates, those of 1 to `trials` whole trials: sampler, pruner, variant,
        updates, times_best (geometric mean over the repetitions), low, high (its 95 % interval over seeds of the
        sampler, which knows nothing of other records). Variant "" is the geometric mean over all. NaN where some
        repetition has no whole trial yet.

    Raises:
        UserError: if there are too few recorded trials of a variant.
    """
    rows = []
    for method in methods:
        found = {name: _logarithms(own, method, trials, repeats) for name, own in recorded.variants.items()}
        steps = {name: own.rungs[-1] for name, own in recorded.variants.items()}
        rows += [row for name, own in found.items() for row in _rows(method, name, steps[name], own)]
        rows += _rows(method, "", next(iter(steps.values())), np.mean(list(found.values()), axis=0))
    return pd.DataFrame(rows)


def _logarithms(variant: RecordedVariant, method: Method, trials: int, repeats: int) -> Floats:
    """Of each repetition the logarithm of what it found over the best recorded, after 1 to `trials` trials."""
    steps = variant.rungs[-1]
    grid = [steps * count for count in range(1, trials + 1)]
    courses = [ReplayedSearch(variant, method, seed).course(grid[-1]).at(grid) for seed in range(repeats)]
    return np.log(np.array(courses) / np.nanmin(variant.scores[:, -1]))


def _rows(method: Method, variant: str, steps: int, logarithms: Floats) -> list[Mapping[str, object]]:
    means = logarithms.mean(0)
    half = stats.norm.ppf((1 + LEVEL) / 2) * logarithms.std(0, ddof=1) / np.sqrt(len(logarithms))
    return [
        {
            "sampler": method.sampler,
            "pruner": method.pruner,
            "variant": variant,
            "updates": steps * (place + 1),
            "times_best": float(np.exp(means[place])),
            "low": float(np.exp(means[place] - half[place])),
            "high": float(np.exp(means[place] + half[place])),
        }
        for place in range(len(means))
    ]


def methods_of(samplers: Sequence[str], pruners: Sequence[str], cohort: int) -> list[Method]:
    """Every sampler with every pruner."""
    return [Method(sampler, pruner, cohort) for sampler, pruner in product(samplers, pruners)]
