import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmark.records import TrialRecord
from benchmark.spec import SamplerSettings, SearchRanges
from reports.analysis.importance import COLUMNS, LEAST_TRIALS, importances
from reports.records.load import StudyRecords

RANGES = {
    "lr_generator": {"low": 1e-5, "high": 1e-2, "log": True},
    "lr_discriminator": {"low": 1e-5, "high": 1e-2, "log": True},
    "beta1": {"choices": [0.0, 0.5, 0.9]},
    "n_critic": {"choices": [1, 2]},
}
Gather = Callable[..., StudyRecords]


def drawn(count: int, seed: int = 0) -> list[dict[str, float]]:
    """Settings at random within the ranges."""
    rng = np.random.default_rng(seed)
    rates = 10 ** rng.uniform(-5, -2, (count, 2))
    return [
        {
            "lr_generator": float(rates[i, 0]),
            "lr_discriminator": float(rates[i, 1]),
            "beta1": float(rng.choice([0.0, 0.5, 0.9])),
            "beta2": 0.999,
            "n_critic": float(rng.choice([1.0, 2.0])),
        }
        for i in range(count)
    ]


def rate(settings: dict[str, float], player: str = "generator") -> float:
    """Where a learning rate lies in its range, from -1 to 1 on its logarithm."""
    return (math.log10(settings[f"lr_{player}"]) + 3.5) / 1.5


@pytest.fixture
def gather(make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]) -> Gather:
    """A study whose trials had some settings and scored some FIDs."""

    def make(
        settings: Sequence[dict[str, float]], fids: Sequence[float], states: Sequence[str] = (), **spec: object
    ) -> StudyRecords:
        entries = []
        for number, (given, fid) in enumerate(zip(settings, fids, strict=True)):
            entry = make_record("dcgan", "trial", number, fid, states[number] if states else "complete")
            entries.append(replace(entry, config=replace(entry.config, hyperparameters=given), curves={}))
        records = in_memory(entries)
        update = {"search": SearchRanges.model_validate(RANGES)} | spec
        return replace(records, spec=records.spec.model_copy(update=update))

    return make


def shares(found: pd.DataFrame) -> dict[str, float]:
    return dict(zip(found["hyperparameter"], found["importance"], strict=True))


def test_what_alone_decides_has_nearly_all(gather: Gather) -> None:
    settings = drawn(60)
    found = importances(gather(settings, [50 * math.exp(rate(given)) for given in settings]))
    assert found.columns.tolist() == COLUMNS
    assert found["variant"].unique().tolist() == ["dcgan"]
    assert found["hyperparameter"].iloc[0] == "lr_generator"
    assert shares(found)["lr_generator"] > 0.9
    assert sorted(shares(found)) == sorted(RANGES)
    assert found["importance"].sum() == pytest.approx(1)
    assert found["trials"].unique().tolist() == [60]


def test_two_that_decide_alike_share(gather: Gather) -> None:
    settings = drawn(100)
    found = shares(importances(gather(settings, [50 * math.exp(rate(s) - rate(s, "discriminator")) for s in settings])))
    assert found["lr_generator"] == pytest.approx(0.5, abs=0.1)
    assert found["lr_discriminator"] == pytest.approx(0.5, abs=0.1)


def test_shares_are_those_of_the_variance(gather: Gather) -> None:
    # Uniform on [-1, 1]: variance 1/3. One or the other of two: 1/4. Three at 0, 1, 2: 2/3, here times 0.25.
    settings = drawn(200)
    weights = {0.0: 0.0, 0.5: 0.5, 0.9: 1.0}
    logs = [rate(s) + weights[s["beta1"]] + (s["n_critic"] - 1) for s in settings]
    found = shares(importances(gather(settings, [math.exp(value) for value in logs])))
    parts = {"lr_generator": 1 / 3, "n_critic": 1 / 4, "beta1": 1 / 6, "lr_discriminator": 0.0}
    total = sum(parts.values())
    assert found == pytest.approx({name: part / total for name, part in parts.items()}, abs=0.08)


def test_ranges_weigh_as_they_were_searched(gather: Gather) -> None:
    # Bad in the lowest of three decades, which is 1 % of the range but a third of its logarithm: variance 2/9; against
    # 0.16/4 of the other's. Optuna's own fANOVA weighs the 1 %.
    settings = drawn(120)
    logs = [(rate(s) < -1 / 3) + 0.4 * (s["n_critic"] - 1) for s in settings]
    found = shares(importances(gather(settings, [math.exp(value) for value in logs])))
    assert found["lr_generator"] == pytest.approx((2 / 9) / (2 / 9 + 0.04), abs=0.08)


def test_a_few_awful_trials_do_not_decide(gather: Gather) -> None:
    # n_critic halves the FID throughout; the highest thirtieth of the rates make it 50 times as high.
    settings = drawn(150)
    fids = [40 * s["n_critic"] * (20 if rate(s) > 14 / 15 else 1) for s in settings]
    found = importances(gather(settings, fids))
    raw = np.var([40 * 1.5 * (20 if rate(s) > 14 / 15 else 1) for s in settings])
    assert raw > 10 * np.var([40 * s["n_critic"] for s in settings])
    assert shares(found)["n_critic"] > 0.15


def test_too_few_complete_trials_say_nothing(gather: Gather) -> None:
    settings = drawn(LEAST_TRIALS + 5)
    fids = [50 * math.exp(rate(given)) for given in settings]
    enough = ["complete"] * LEAST_TRIALS + ["pruned", "diverged", "failed", "pruned", "diverged"]
    assert importances(gather(settings, fids, enough))["trials"].unique().tolist() == [LEAST_TRIALS]
    for state in ("pruned", "diverged", "failed"):
        found = importances(gather(settings, fids, [state, *enough[1:]]))
        assert (len(found), found.columns.tolist()) == (0, COLUMNS)


def test_settings_beyond_the_ranges_are_left_out(gather: Gather) -> None:
    settings = drawn(LEAST_TRIALS + 1)
    fids = [50 * math.exp(rate(given)) for given in settings]
    paper = {"lr_generator": 0.05, "lr_discriminator": 2e-4, "beta1": 0.3, "beta2": 0.999, "n_critic": 5.0}
    with_paper = importances(gather([paper, *settings], [1e6, *fids]))
    assert with_paper["trials"].unique().tolist() == [LEAST_TRIALS + 1]
    pd.testing.assert_frame_equal(with_paper, importances(gather(settings, fids)))


def test_what_was_not_drawn_is_absent(gather: Gather) -> None:
    settings = [given | {"lr_discriminator": given["lr_generator"], "n_critic": 2.0} for given in drawn(40)]
    # One choice; a hyperparameter that the variant lacks; one that follows another.
    search = SearchRanges.model_validate(RANGES | {"n_critic": {"choices": [2, 2]}, "clip": {"low": 0.01, "high": 0.1}})
    fids = [50 * math.exp(rate(given)) for given in settings]
    found = importances(gather(settings, fids, search=search, sampler=SamplerSettings(same_learning_rates=True)))
    assert sorted(found["hyperparameter"]) == ["beta1", "lr_generator"]


def test_a_variants_own_ranges_hold(gather: Gather) -> None:
    settings = drawn(40)
    search = SearchRanges.model_validate(RANGES | {"dcgan": {"n_critic": {"choices": [1]}}})
    found = importances(gather(settings, [50 * math.exp(rate(given)) for given in settings], search=search))
    # With one choice it is not searched, so trials with another value are no reason to leave them out.
    assert found["trials"].unique().tolist() == [40]
    assert "n_critic" not in set(found["hyperparameter"])


def test_same_trials_same_shares_in_whatever_order(gather: Gather) -> None:
    settings = drawn(50)
    records = gather(settings, [50 * math.exp(rate(s) + 0.3 * s["beta1"]) for s in settings])
    shuffled = replace(records, runs=records.runs.sample(frac=1, random_state=1).reset_index(drop=True))
    pd.testing.assert_frame_equal(importances(records), importances(shuffled))


def test_scores_below_zero_and_scores_without_spread(gather: Gather) -> None:
    settings = drawn(40)
    records = gather(settings, [1 + 2 * rate(given) for given in settings])
    assert records.runs["fid"].min() < 0
    assert shares(importances(records))["lr_generator"] > 0.9
    assert len(importances(gather(settings, [30.0] * 40))) == 0
    assert len(importances(gather(settings, [30.0] * 40, search=SearchRanges()))) == 0


@pytest.mark.long
def test_the_least_number_of_trials_names_the_most_important_nine_times_in_ten(gather: Gather) -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for seed in range(60):
        settings = drawn(LEAST_TRIALS, seed)
        # Each effect has variance 1 before its weight; each matters half as much as the one before.
        effects = np.array(
            [[math.sqrt(3) * rate(s), math.sqrt(3) * rate(s, "discriminator"), 2 * s["n_critic"] - 3] for s in settings]
        )
        order = rng.permutation(3)
        logs = effects @ np.sqrt(np.array([4, 2, 1]) / 7)[order] + 0.3 * rng.normal(size=LEAST_TRIALS)
        top = ["lr_generator", "lr_discriminator", "n_critic"][int(np.argmin(order))]
        found = importances(gather(settings, np.exp(logs).tolist()))
        hits += found["hyperparameter"].iloc[0] == top
    assert hits >= 0.9 * 60 - 3
