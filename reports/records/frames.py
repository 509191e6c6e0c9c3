"""Turns stored runs into tidy frames.

A run's scores, curves and costs are read from its record.json, one small file a run: asking MLflow for the history of
each metric would cost a query a metric and run. Before a run has ended, its frame row holds what MLflow knows of it.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from benchmark.metrics.catalog import known_scores
from benchmark.records import COSTS
from ganzoo.hyperparameters import NAMES as HYPERPARAMETERS
from reports.records.store import StoredRun

KEY = ["variant", "kind", "number"]
_TOLD = (*KEY, "state", "seed", "setting", "message")


def runs_frame(runs: Sequence[StoredRun], objective: str = "fid") -> pd.DataFrame:
    """A row a run: `KEY`, state, seed, setting, message, hyperparameters, final scores, costs.

    A setting is that of `benchmark.records.TrialConfig`; "" of trials, and of runs of before there were any.

    Args:
        runs: Of a study.
        objective: What its search minimises, which has a column even before the first run has ended.
    """
    numbers = [*HYPERPARAMETERS, *_scores(runs, objective), *COSTS]
    frame = pd.DataFrame([_row(run) for run in runs], columns=[*_TOLD, *numbers])
    return frame.astype(dict.fromkeys(numbers, float) | {"number": int, "seed": "Int64"})


def scores_in(frame: pd.DataFrame) -> list[str]:
    """The columns of a `runs_frame` that hold scores."""
    others = {*_TOLD, *HYPERPARAMETERS, *COSTS}
    return [name for name in map(str, frame.columns) if name not in others]


def _scores(runs: Sequence[StoredRun], objective: str) -> list[str]:
    """Those of the catalog, then those that runs have of metrics which are not installed any more."""
    found = (name for run in runs if run.record for rung in run.record.rungs for name in rung.scores)
    return list(dict.fromkeys((*known_scores(), objective, *found)))


def _row(run: StoredRun) -> dict[str, Any]:
    row = dict(zip(KEY, run.key, strict=True)) | {"state": run.state, "message": ""}
    if run.record is not None:
        config, ended = run.record.config, {"state": run.record.state, "message": run.record.message}
        row |= ended | {"seed": config.seed, "setting": config.setting}
        return row | config.hyperparameters | run.record.final_scores | run.record.costs
    given = {name: float(run.params[name]) for name in HYPERPARAMETERS if name in run.params}
    measured = {name: run.metrics[f"final/{name}"] for name in known_scores() if f"final/{name}" in run.metrics}
    spent = {name: run.metrics[f"resources/{name}"] for name in COSTS if f"resources/{name}" in run.metrics}
    told = {"seed": int(run.params["seed"]) if "seed" in run.params else None, "setting": run.params.get("setting", "")}
    return row | given | measured | spent | told


def evals_frame(runs: Sequence[StoredRun], objective: str = "fid") -> pd.DataFrame:
    """A row a rung: `KEY`, step in discriminator updates, scores; the arguments are those of `runs_frame`."""
    rows = [
        dict(zip(KEY, run.key, strict=True)) | {"step": rung.step} | rung.scores
        for run in runs
        if run.record
        for rung in run.record.rungs
    ]
    return pd.DataFrame(rows, columns=[*KEY, "step", *_scores(runs, objective)])


def curves_frame(runs: Sequence[StoredRun]) -> pd.DataFrame:
    """A row a point: `KEY`, curve, step in discriminator updates, mean since the last point."""
    rows = [
        (*run.key, curve, step, value)
        for run in runs
        if run.record
        for curve, points in run.record.curves.items()
        for step, value in points
    ]
    return pd.DataFrame(rows, columns=[*KEY, "curve", "step", "value"])
