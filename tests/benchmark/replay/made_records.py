"""A table of trials of a known function, as a report would write it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from ganzoo.hyperparameters import NAMES

LOW, HIGH = 1e-4, 1e-2
RUNGS = (100, 300)
SPACE = {"lr_generator": {"low": LOW, "high": HIGH, "log": True}, "beta1": {"choices": [0.0, 0.5]}}


def score(lr_generator: float, beta1: float, noise: float) -> float:
    """Lowest, 1, in the middle of the learning rates on the logarithm and at a beta1 of 0."""
    share = np.log(lr_generator / LOW) / np.log(HIGH / LOW)
    return float(np.exp(4 * (share - 0.5) ** 2 + 0.5 * (beta1 > 0) + noise))


def about(trials: int = 8) -> dict[str, object]:
    return {
        "kind": "ganbench trials",
        "version": 1,
        "study": "made-0",
        "dataset": "made",
        "score": "fid",
        "split": "validation",
        "trials": trials,
        "discriminator_steps": RUNGS[-1],
        "cohort": 2,
        "spaces": {"dcgan": SPACE},
    }


def rows(trial: int, settings: dict[str, float], scores: dict[int, float], state: str = "complete") -> pd.DataFrame:
    """A trial's rows."""
    place = {"study": "made-0", "variant": "dcgan", "search": 0, "trial": trial, "state": state, "seconds": 1.0}
    given = dict.fromkeys(NAMES, np.nan) | settings
    return pd.DataFrame(
        [place | {"discriminator_steps": step, "score": value} | given for step, value in scores.items()]
    )


def made(path: Path, count: int, noise: Callable[[], float], seed: int = 0) -> Path:
    """So many trials of random settings, written as a file; the first rung is twice the last's score."""
    draw = np.random.default_rng(seed)
    parts = []
    for trial in range(count):
        settings = {
            "lr_generator": float(LOW * (HIGH / LOW) ** draw.random()),
            "beta1": float(draw.integers(2) / 2),
        }
        value = score(**settings, noise=noise())
        parts.append(rows(trial, settings, {100: 2 * value, 300: value}))
    table = pd.concat(parts, ignore_index=True)
    table.attrs.update(about())
    table.to_parquet(path, index=False)
    return path
