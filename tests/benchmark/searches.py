"""Searches of tests, with made-up scores."""

import math
from pathlib import Path
from typing import Any

import optuna

from benchmark.records import Protocol, RungRecord, State, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.search import Search
from benchmark.study.storage import open_storage
from ganzoo.registry import VARIANTS

PROTOCOL = Protocol("digits", 8, "validation", 450, 64, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
RANGES = {
    "lr_generator": {"low": 1e-4, "high": 1e-2, "log": True},
    "lr_discriminator": {"low": 1e-4, "high": 1e-2, "log": True},
    "beta1": {"choices": [0.0, 0.5]},
    "n_critic": {"choices": [1, 2]},
    "clip": {"low": 1e-3, "high": 1.0, "log": True},
    "penalty_weight": {"low": 0.1, "high": 100.0},
}


def make_spec(**changes: Any) -> Spec:
    budget = {"trials": 10, "discriminator_steps": 20, "rungs": [10]} | changes.pop("budget", {})
    values = {"name": "s", "dataset": "digits", "cohort": {"size": 4}, "search": RANGES, "budget": budget} | changes
    return Spec.model_validate(values)


def search_of(spec: Spec, variant: str, journal: Path) -> Search:
    """A search as a new process opens it."""
    return Search(spec, VARIANTS[variant], open_storage(journal, None))


def trials_of(spec: Spec, variant: str, journal: Path) -> list[optuna.trial.FrozenTrial]:
    study = optuna.load_study(study_name=f"{spec.study_id}/{variant}", storage=open_storage(journal, None))
    return study.get_trials()


def fid_of(values: dict[str, float]) -> float:
    """A made-up score: best at learning rates of 1e-3."""
    return 10.0 + sum(math.log10(values[name] / 1e-3) ** 2 for name in ("lr_generator", "lr_discriminator"))


def record_of(config: TrialConfig, state: State = "complete", fid: float | None = None) -> TrialRecord:
    score = fid_of(config.hyperparameters) if fid is None else fid
    rungs = (RungRecord(10, {"fid": 2 * score}, "a.png"), RungRecord(20, {"fid": score, "kid": 0.5}, "b.png"))
    return TrialRecord(config, state, PROTOCOL, rungs[: 2 if state == "complete" else 1])


def run_batch(search: Search, batch: list[TrialConfig]) -> None:
    """Report both rungs of every trial, and tell them out of order."""
    for config in batch:
        for rung in record_of(config).rungs:
            search.prune(config.number, rung)
    search.tell([record_of(config) for config in reversed(batch)])


def run_to_the_end(search: Search) -> list[TrialConfig]:
    asked = []
    while batch := search.batch():
        asked += batch
        run_batch(search, batch)
    return asked
