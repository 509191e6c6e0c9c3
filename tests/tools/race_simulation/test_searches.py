import numpy as np
import pytest

from benchmark.race.rules import Rules
from tools.race_simulation.__main__ import NULL_CASES, main
from tools.race_simulation.cases import NullCase
from tools.race_simulation.searches import (
    DEVIATION,
    EARLIER_RUNS,
    FINAL_RUNS,
    LUCK,
    SEED,
    SHARE,
    Methods,
    error_of,
    holm_of_searches,
    misleading,
    race_of_searches,
    race_of_seeds,
    typical_methods,
)
from tools.race_simulation.simulator import simulate

PAIR = NullCase(2, "tied", "equal", "normal")


def test_both_sources_scatter_as_they_are_said_to() -> None:
    """Between searches of many seeds the luck's deviation, within one the seed's."""
    methods = Methods(np.zeros(1), np.array([DEVIATION]), "normal", SHARE)
    design = race_of_searches(40, 0.05)
    scores = methods.races(1000, design, (1,))[:, 0]
    assert scores.shape == (1000, 40, FINAL_RUNS)
    assert scores.var(axis=2, ddof=1).mean() == pytest.approx(SEED**2, rel=0.02)
    between = scores.mean(axis=2).var(axis=1, ddof=1).mean()
    assert between == pytest.approx(LUCK**2 + SEED**2 / FINAL_RUNS, rel=0.02)


def test_a_search_counts_by_the_mean_of_its_runs_and_costs_them_and_its_trials() -> None:
    scores = typical_methods().races(30, design := race_of_searches(6, 0.05), (2,))
    left, runs = design.play(scores)
    outcome = simulate(scores.mean(axis=3), Rules(2, 6))
    np.testing.assert_array_equal(left, outcome.inside)
    np.testing.assert_array_equal(runs, 13 * outcome.runs)
    assert (EARLIER_RUNS, FINAL_RUNS) == (10, 3)
    assert holm_of_searches(3, 0.05).play(scores[:, :, :3])[1].tolist() == [19 * 3 * 13] * 30


def test_without_luck_of_the_search_one_search_s_seeds_are_enough_and_with_it_they_are_not() -> None:
    """Two that are equally good: a race of seeds keeps each where seeds alone scatter; else its error is five times as
    large as it promises."""
    design = race_of_seeds(0.05)
    assert error_of(design, misleading(PAIR, 0.0), 2000, (3,)) < 0.05
    assert error_of(design, misleading(PAIR, SHARE), 2000, (3,)) > 0.2


@pytest.mark.parametrize("share", [SHARE, 1.0])
def test_a_race_of_searches_holds_its_error(share: float) -> None:
    """1,000 races of each pair: the error is 0.05 at most, plus three of its standard errors."""
    pairs = [case for case in NULL_CASES if case.variants == 2]
    errors = [
        error_of(race_of_searches(12, 0.05), misleading(case, share), 1000, (4, n)) for n, case in enumerate(pairs)
    ]
    assert max(errors) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)


def test_the_table_has_a_row_a_design(capsys: pytest.CaptureFixture[str]) -> None:
    main(races=10, searches=True)
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows[2:]] == [
        *(race_of_searches(most, 0.05).name for most in (6, 12, 24)),
        *(race_of_seeds(0.05).name, "3 searches, Holm", "12 searches, Holm"),
    ]
    assert {row.count("|") for row in rows} == {10}
