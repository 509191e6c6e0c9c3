"""A search whose storage fails at any of its calls, before it has done what was asked or after, comes to the same."""

import random
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.exceptions import StorageInternalError
from optuna.storages import BaseStorage
from optuna.trial import TrialState
from searches import make_spec, run_to_the_end, search_of, trials_of
from sqlalchemy.exc import OperationalError

from benchmark.study.outage import Outage
from benchmark.study.search import Search
from benchmark.study.storage import open_storage
from ganzoo.registry import VARIANTS

CALLS = [name for name in vars(BaseStorage) if not name.startswith("_") and name != "remove_session"]


def unreliable(storage: BaseStorage, breaks: Callable[[str], str]) -> BaseStorage:
    """A storage of which a call is not heard ("before"), or heard and its answer lost ("after")."""

    def wrapped(name: str) -> Callable[..., Any]:
        method = getattr(storage, name)

        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            moment = breaks(name)
            if moment == "before":
                raise lost()
            answer = method(*args, **kwargs)
            if moment == "after":
                raise lost()
            return answer

        return call

    for name in CALLS:
        setattr(storage, name, wrapped(name))
    return storage


def lost() -> StorageInternalError:
    error = StorageInternalError("An exception is raised during the commit.")
    error.__cause__ = OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))
    return error


def what_counts(trials: list[optuna.trial.FrozenTrial]) -> list[tuple[object, ...]]:
    return [(t.number, t.state, t.params, t.value, t.intermediate_values, t.user_attrs) for t in trials]


@pytest.mark.parametrize("sampler", ["random", "tpe"])
@pytest.mark.parametrize("seed", range(4))
def test_the_trials_are_those_of_a_search_that_nothing_disturbs(seed: int, sampler: str, tmp_path: Path) -> None:
    spec = make_spec(sampler={"kind": sampler})
    run_to_the_end(search_of(spec, "wgan", tmp_path / "undisturbed"))
    rng, broken = random.Random(seed), []

    def breaks(name: str) -> str:
        moment = rng.choices(["", "before", "after"], [0.97, 0.015, 0.015])[0]
        broken.extend([name] if moment else [])
        return moment

    storage = unreliable(open_storage(tmp_path / "disturbed", None), breaks)
    search = Search(spec, VARIANTS["wgan"], storage, outage=Outage("postgresql://h/x", sleep=lambda _: None))
    asked = run_to_the_end(search)
    assert len(broken) > 5
    assert [config.number for config in asked] == list(range(10))
    expected = trials_of(spec, "wgan", tmp_path / "undisturbed")
    assert what_counts(trials_of(spec, "wgan", tmp_path / "disturbed")) == what_counts(expected)
    assert search.best(3) == search_of(spec, "wgan", tmp_path / "undisturbed").best(3)


def test_a_trial_that_the_storage_made_twice_waits_for_its_turn(tmp_path: Path) -> None:
    """Optuna asks a database again that has made a trial and lost the answer."""
    spec = make_spec()
    run_to_the_end(search_of(spec, "wgan", tmp_path / "undisturbed"))
    storage = open_storage(tmp_path / "doubled", None)
    make, made = storage.create_new_trial, []

    def twice(*args: Any, **kwargs: Any) -> int:
        made.append(make(*args, **kwargs))
        return make(*args, **kwargs) if len(made) in (2, 4) else made[-1]  # in the first batch, and at its end

    search = Search(spec, VARIANTS["wgan"], storage)
    storage.create_new_trial = twice  # type: ignore[method-assign]
    asked = run_to_the_end(search)
    assert [config.number for config in asked] == list(range(10))
    found = trials_of(spec, "wgan", tmp_path / "doubled")
    assert what_counts(found[:10]) == what_counts(trials_of(spec, "wgan", tmp_path / "undisturbed"))
    assert all(trial.state.is_finished() for trial in found[:10])
    assert all(trial.state == TrialState.RUNNING for trial in found[10:])
