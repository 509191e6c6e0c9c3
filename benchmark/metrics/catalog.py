"""Every metric by name, and every score that they give: the package's own, then what other people's packages add."""

from functools import cache

from benchmark import metrics
from benchmark.metrics.metric import Column, Metric
from benchmark.names import look_up
from ganzoo.catalogs import listed
from ganzoo.entry_points import PluginError, merged
from ganzoo.names import ALLOWED, is_slug, quoted

GROUP = "ganbench.metrics"  # of entry points
BUILT_IN: dict[str, Metric] = listed("metric", metrics, Metric)


@cache
def known_metrics() -> dict[str, Metric]:
    """Every metric by name, other people's included.

    Raises:
        PluginError: if somebody's package is broken, a column's name is no slug, or two metrics have one name or
            a column of one name.
    """
    found = merged("metric", BUILT_IN, GROUP, Metric)
    owners: dict[str, str] = {}
    for metric in found.values():
        for column in metric.columns:
            if not is_slug(column):
                raise PluginError(f"metric {metric.name!r}: its column {quoted(column)} must be {ALLOWED}")
            if owners.setdefault(column, metric.name) != metric.name:
                raise PluginError(
                    f"metrics {owners[column]!r} and {metric.name!r}: both have a column {column!r}; rename one"
                )
    return found


def find_metric(name: str) -> Metric:
    """The metric called `name`.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    return look_up("metric", name, known_metrics(), metrics)


def default_metrics() -> tuple[str, ...]:
    """The names of what a study computes without asking."""
    return tuple(metric.name for metric in BUILT_IN.values() if metric.is_default)


@cache
def known_scores() -> dict[str, Column]:
    """The columns of all metrics by name. In MLflow their names say the split: see `benchmark.tracking.score_names`."""
    return {name: column for metric in known_metrics().values() for name, column in metric.columns.items()}


def score_column(name: str) -> Column:
    """The column called `name`; of a metric that is not installed any more, one of which no more than that is known."""
    return known_scores().get(name, Column(name, "", lower_is_better=None))


def possible_objectives() -> dict[str, str]:
    """Every score that a search can minimise, and the metric that gives it."""
    return {
        name: metric.name
        for metric in known_metrics().values()
        for name, column in metric.columns.items()
        if column.lower_is_better
    }
