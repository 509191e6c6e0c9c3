import math
from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from benchmark.race.race import in_a_row, race
from benchmark.race.rules import Rules, Scale, level_at

INF = math.inf
LOW = [0.9, 1.0, 1.1, 1.0, 0.95, 1.05]


def scores_of(
    rng: np.random.Generator, means: list[float], deviation: float = 0.2, seeds: int = 24
) -> dict[str, list[float]]:
    return {f"v{i}": np.exp(rng.normal(mean, deviation, seeds)).tolist() for i, mean in enumerate(means)}


def random_scores(rng: np.random.Generator) -> dict[str, list[float]]:
    variants = int(rng.integers(2, 8))
    scores = scores_of(rng, rng.normal(0, 0.3, variants).tolist(), float(rng.choice([0.03, 0.1, 0.3])), 48)
    if rng.random() < 0.4:
        scores = {name: [INF if rng.random() < 0.2 else s for s in row] for name, row in scores.items()}
    return scores


def test_two_variants_by_hand() -> None:
    logs = np.log(LOW)
    t = math.log(2) / math.sqrt(2 * logs.var(ddof=1) / 6)
    assert stats.t.sf(t, 10) < level_at(6, 0, 0.05)
    found = race({"high": [s * 2 for s in LOW], "low": LOW}, Rules(most_seeds=6))
    high = found.verdicts["high"]
    assert found.contenders == ("low",)
    assert (high.verdict, high.stage, high.sent_out_by) == ("out", 6, "low")
    assert high.factor == pytest.approx(2)
    assert (found.runs, found.finished, found.best) == (12, True, "low")
    assert found.needed == {"high": 6, "low": 6}
    assert [(s.seeds, s.variants, s.left) for s in found.stages] == [(6, 2, 1)]


def test_rivals_that_left_are_no_longer_counted() -> None:
    """After the first look two left are judged as if they had always been two."""
    rng = np.random.default_rng(3)
    two = scores_of(rng, [0, 0.15])
    many = two | {f"w{i}": np.exp(rng.normal(5, 0.2, 6)).tolist() for i in range(10)}
    alone, among = race(two, Rules()), race(many, Rules())
    assert (among.stages[0].variants, among.stages[0].left) == (12, 2)
    assert len(among.stages) > 1
    assert among.contenders == alone.contenders
    assert among.runs == alone.runs + 60


@pytest.mark.parametrize("scale", ["ratio", "difference"])
def test_factors_and_intervals_against_scipy(scale: Scale) -> None:
    scores = scores_of(np.random.default_rng(4), [0, 0.05, 0.4])
    found = race(scores, Rules(scale=scale))
    assert found.best is not None
    on, off = (np.log, np.exp) if scale == "ratio" else (np.asarray, np.asarray)
    for name in set(scores) - {found.best}:
        verdict = found.verdicts[name]
        seeds = verdict.stage or found.stages[-1].seeds
        one, best = on(scores[name][:seeds]), on(scores[found.best][: found.stages[-1].seeds])
        interval = stats.ttest_ind(one, best, equal_var=False).confidence_interval(0.95)
        assert verdict.factor == pytest.approx(off(one.mean() - best.mean()))
        assert verdict.factor_low == pytest.approx(off(interval.low))
        assert verdict.factor_high == pytest.approx(off(interval.high))
    own = found.verdicts[found.best]
    assert own.factor == (1 if scale == "ratio" else 0)
    assert math.isnan(own.factor_low)
    assert math.isnan(own.factor_high)


# Whatever the scores are.


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("seed", range(15))
def test_neither_order_nor_scores_not_asked_for_matter(seed: int, looks: int) -> None:
    scores, rules = random_scores(np.random.default_rng(seed)), Rules(looks_per_doubling=looks)
    found = race(scores, rules)
    turned = race(dict(reversed(scores.items())), rules)
    assert turned.contenders == found.contenders
    assert all(repr(turned.verdicts[name]) == repr(found.verdicts[name]) for name in scores)
    asked: Mapping[str, list[float]] = {n: [*scores[n][: found.needed[n]], math.nan, -1.0] for n in scores}
    assert repr(race(asked, rules)) == repr(found)
    assert sum(found.needed.values()) == found.runs


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("seed", range(15))
def test_more_seeds_allowed_only_add_runs(seed: int, looks: int) -> None:
    scores = random_scores(np.random.default_rng(seed))
    most = race(scores, Rules(most_seeds=48, looks_per_doubling=looks))
    for seeds in (6, 7, 9, 12, 20, 24):
        fewer = race(scores, Rules(most_seeds=seeds, looks_per_doubling=looks))
        assert all(most.needed[name] >= fewer.needed[name] for name in scores)
        # A last look at a number that doubling does not give is one that the longer race never takes.
        regular = fewer.stages[-1].seeds in {s.seeds for s in most.stages}
        assert not regular or most.stages[: len(fewer.stages)] == fewer.stages


@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("seed", range(15))
def test_asked_again_and_again_it_asks_for_the_same_runs(seed: int, looks: int) -> None:
    scores, rules = random_scores(np.random.default_rng(seed)), Rules(looks_per_doubling=looks)
    whole = race(scores, rules)
    have = {name: scores[name][:1] for name in scores}
    part = race(have, rules)
    while not part.finished:
        assert all(part.needed[name] <= whole.needed[name] for name in scores)
        have = {name: scores[name][: max(part.needed[name], len(have[name]))] for name in scores}
        assert any(len(have[name]) == part.needed[name] for name in scores)
        part = race(have, rules)
    assert repr(part) == repr(whole)
    assert {name: len(row) for name, row in have.items()} == whole.needed


# Edges.


def test_nothing_is_decided_on_part_of_a_stage() -> None:
    found = race({"low": LOW, "high": [s * 9 for s in LOW[:5]]}, Rules())
    assert (found.finished, found.stages, found.runs, found.best) == (False, (), 0, None)
    assert found.needed == {"low": 6, "high": 6}
    assert {v.verdict for v in found.verdicts.values()} == {"untested"}


def test_those_left_need_the_next_stage() -> None:
    found = race({"a": LOW, "b": LOW[::-1], "c": [s * 9 for s in LOW]}, Rules())
    assert not found.finished
    assert found.needed == {"a": 9, "b": 9, "c": 6}
    assert found.verdicts["a"].verdict == found.verdicts["b"].verdict == "contender"


def test_no_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        race({}, Rules())


def test_one_variant_is_a_contender() -> None:
    found = race({"a": LOW}, Rules())
    assert (found.contenders, found.runs, found.finished, found.practically_equal) == (("a",), 6, True, False)


def test_one_seed_tests_nothing() -> None:
    found = race({"a": [1.0], "b": [9.0]}, Rules(seeds=1, most_seeds=1))
    assert {v.verdict for v in found.verdicts.values()} == {"untested"}
    assert (found.finished, found.contenders, found.best, found.runs) == (True, (), None, 2)


@pytest.mark.parametrize("bad", [math.nan, -INF, 0.0, -1.0])
def test_scores_that_cannot_be_raced(bad: float) -> None:
    with pytest.raises(ValueError, match="score is"):
        race({"a": [bad] * 6, "b": LOW}, Rules())


def test_negative_scores_race_on_differences() -> None:
    low = [s - 1 for s in LOW]
    found = race({"a": low, "b": [s + 1 for s in low]}, Rules(scale="difference", margin=0.1))
    assert (found.contenders, found.scale) == (("a",), "difference")
    assert found.verdicts["b"].factor == pytest.approx(1)


def test_fixed_seeds_take_one_look() -> None:
    found = race(scores_of(np.random.default_rng(5), [0, 0.5, 0.5], seeds=50), Rules.fixed(50))
    assert found.contenders == ("v0",)
    assert [s.seeds for s in found.stages] == [50]


def test_equal_scores_everywhere_are_practically_equal_at_once() -> None:
    """1 of C(12, 6) = 924 ways to deal out the scores is less than the level at 6 seeds, 0.004."""
    found = race({"a": [1.0] * 24, "b": [1.0] * 24}, Rules())
    assert level_at(6, 0, 0.05) > 1 / 924
    assert found.contenders == ("a", "b")
    assert (found.practically_equal, found.runs) == (True, 12)


def test_no_deviation_is_not_taken_for_certainty() -> None:
    """Of 19 variants, one look at 6 scores each without deviation cannot tell; one at 9 can."""
    scores = {f"v{i:02d}": [1.0 + 0.2 * i] * 24 for i in range(19)}
    assert 1 / math.comb(12, 6) > level_at(6, 0, 0.05) / 18
    assert 1 / math.comb(18, 9) < level_at(9, 6, 0.05) / 18
    found = race(scores, Rules())
    assert [s.left for s in found.stages] == [19, 1]
    assert found.contenders == ("v00",)


def test_one_variant_without_deviation_among_others() -> None:
    assert race({"a": [1.0] * 6, "b": [s * 3 for s in LOW]}, Rules(most_seeds=6)).contenders == ("a",)


def test_no_completed_run_is_out() -> None:
    found = race({"a": LOW, "b": [INF] * 6}, Rules())
    broken = found.verdicts["b"]
    assert (broken.verdict, broken.stage, broken.sent_out_by) == ("out", 6, None)
    assert math.isnan(broken.factor)
    assert found.contenders == ("a",)


def test_all_diverged_everywhere_is_untested() -> None:
    found = race({"a": [INF] * 6, "b": [INF] * 6}, Rules())
    assert {v.verdict for v in found.verdicts.values()} == {"untested"}
    assert (found.finished, found.contenders, found.runs) == (True, (), 12)


def test_three_of_four_runs_diverged_is_out_even_if_the_rest_are_far_better() -> None:
    never = np.exp(np.random.default_rng(6).normal(0, 0.2, 24)).tolist()
    often = [0.4 if i % 4 == 0 else INF for i in range(24)]
    assert race({"never": never, "often": often}, Rules()).contenders == ("never",)


def test_practically_equal() -> None:
    rng = np.random.default_rng(8)
    found = race(scores_of(rng, [0, 0.005, 1], deviation=0.02), Rules())
    assert (found.practically_equal, found.finished) == (True, True)
    assert sorted(found.contenders) == ["v0", "v1"]
    assert not race(scores_of(rng, [0, math.log(1.1)], deviation=0.3), Rules()).practically_equal


def test_a_missing_seed_hides_those_behind_it() -> None:
    assert in_a_row({0: 1.0, 2: 3.0, 1: 2.0, 4: 5.0}) == [1.0, 2.0, 3.0]
    assert in_a_row({1: 2.0}) == []
