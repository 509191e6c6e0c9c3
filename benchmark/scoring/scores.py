"""Scores of one comparison: whatever metrics are asked for, one after another."""

from collections.abc import Iterable

import torch

from benchmark.metrics.catalog import find_metric
from benchmark.metrics.comparison import Comparison


def score(comparison: Comparison, metrics: Iterable[str]) -> dict[str, float]:
    """Scores by name in `benchmark.metrics.catalog.known_scores`; deterministic, and no random state is touched.

    Args:
        comparison: Generated and real images, with all that the metrics need.
        metrics: What to compute, by name.

    Raises:
        UserError: if a metric is unknown.
        ValueError: if one fills columns that it does not have.
    """
    scores: dict[str, float] = {}
    for metric in map(find_metric, metrics):
        with torch.inference_mode():
            found = metric.function(comparison)
        if not found.keys() <= metric.columns.keys():
            raise ValueError(f"metric {metric.name!r} gives {list(found)}: its columns are {list(metric.columns)}")
        scores |= found
    return scores
