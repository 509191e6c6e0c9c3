"""A replayed search: by hand, and against the same search really run on the function behind the records."""

import sys
from pathlib import Path

import numpy as np
import optuna
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_records import HIGH, LOW, made, score

from benchmark.errors import UserError
from benchmark.replay.methods import PRUNERS, SAMPLERS
from benchmark.replay.recorded_trials import RecordedVariant, read_trials
from benchmark.replay.replayed_search import Course, Method, ReplayedSearch, nearest_agree
from benchmark.spec import Range

NOISE = 0.15


def variant(scores: list[list[float]], rungs: tuple[int, ...] = (100, 300)) -> RecordedVariant:
    """Trials whose settings lie evenly from 0 to 1."""
    places = np.linspace(0, 1, len(scores))[:, None]
    return RecordedVariant("dcgan", {"beta1": Range(low=0.0, high=1.0)}, places, places, rungs, np.array(scores))


def test_each_trial_is_taken_once_and_counts_its_updates() -> None:
    """Two at a time, 300 updates each: the best of all four is known after 1,200."""
    search = ReplayedSearch(variant([[8, 4], [6, 3], [4, 2], [2, 1]]), Method("random", "none", 2), seed=0)
    course = search.course(1200)
    assert course.updates.tolist() == [300, 600, 900, 1200]
    assert course.best[-1] == 1
    assert (np.diff(course.best) <= 0).all()
    with pytest.raises(
        UserError, match=r"^dcgan: 4 recorded trials are all taken after 1200 updates; search for fewer"
    ):
        search.course(1500)


def test_one_that_diverged_costs_what_it_ran_and_finds_nothing() -> None:
    course = ReplayedSearch(variant([[np.nan, np.nan], [6, 3]]), Method("random", "none", 2), seed=0).course(400)
    assert course.updates.tolist()[-1] == 400
    assert course.best[-1] == 3


def test_halving_stops_some_at_the_first_rung_and_finds_the_best_for_less(tmp_path: Path) -> None:
    recorded = read_trials(made(tmp_path / "trials.parquet", 24, lambda: 0.0)).variants["dcgan"]
    course = ReplayedSearch(recorded, Method("random", "halving", 2), seed=3).course(3000)
    assert {*np.diff([0, *course.updates])} == {100, 300}
    assert len(course.updates) > 3000 / 300
    assert course.best[-1] == np.minimum.accumulate(course.best)[-1] >= recorded.scores[:, 1].min()


def test_what_is_found_by_so_many_updates() -> None:
    course = Course(np.array([300, 600]), np.array([5.0, 4.0]))
    np.testing.assert_array_equal(course.at([299, 300, 599, 600, 900]), [np.nan, 5, 5, 4, 4])


def test_neighbours_agree_where_scores_follow_settings_and_not_where_they_are_shuffled() -> None:
    rising = variant([[0, float(value)] for value in range(60)])
    assert nearest_agree(rising) > 0.99
    draw = np.random.default_rng(0)
    shuffled = variant([[0, float(value)] for value in draw.permutation(60)])
    assert abs(nearest_agree(shuffled)) < 0.35
    assert np.isnan(nearest_agree(variant([[0, 1], [0, 2]])))


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("pruner", PRUNERS)
def test_every_method_searches_and_is_the_same_for_its_seed(tmp_path: Path, sampler: str, pruner: str) -> None:
    draw = np.random.default_rng(1)
    recorded = read_trials(made(tmp_path / "trials.parquet", 40, lambda: draw.normal(0, NOISE))).variants["dcgan"]
    one, other = (ReplayedSearch(recorded, Method(sampler, pruner, 2), seed=5).course(1800) for _ in range(2))
    np.testing.assert_array_equal(one.updates, other.updates)
    np.testing.assert_array_equal(one.best, other.best)
    assert one.best[-1] >= recorded.scores[:, 1].min()


def really(sampler: str, seed: int, noise: np.random.Generator) -> float:
    """The lowest score of eight trials of the function itself, two asked for together."""
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
    best = np.inf
    for _ in range(4):
        trials = [study.ask() for _ in range(2)]
        for trial in trials:
            lr_generator = trial.suggest_float("lr_generator", LOW, HIGH, log=True)
            beta1 = trial.suggest_categorical("beta1", [0.0, 0.5])
            value = score(lr_generator, float(beta1), float(noise.normal(0, NOISE)))
            study.tell(trial, value)
            best = min(best, value)
    return best


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_curve_from_records_equals_that_of_really_running_it(tmp_path: Path, sampler: str) -> None:
    """120 recorded trials of the same noisy function, 60 searches each way: within three standard errors, which leave
    out what the records' own chance adds."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    noise = np.random.default_rng(2)
    played = []
    for table in range(3):
        path = made(tmp_path / f"{table}.parquet", 120, lambda: float(noise.normal(0, NOISE)), seed=table)
        recorded = read_trials(path).variants["dcgan"]
        played += [
            ReplayedSearch(recorded, Method(sampler, "none", 2), seed).course(2400).best[-1] for seed in range(20)
        ]
    run = [really(sampler, 1000 + seed, noise) for seed in range(60)]
    logs = np.log(played), np.log(run)
    error = np.sqrt(sum(each.var(ddof=1) / len(each) for each in logs))
    assert abs(logs[0].mean() - logs[1].mean()) < 3 * error
