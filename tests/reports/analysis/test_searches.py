"""What repeated searches say, from records: races, means and the split, against SciPy and constants."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.race.searches import NUMBERS, number_of
from benchmark.records import TrialRecord
from benchmark.spec import Final
from benchmark.study.final_race import FinalRace
from reports.analysis.answer import answer_facts
from reports.analysis.best_trials import best_so_far
from reports.analysis.leaderboard import final_scores, leaderboard, pairwise
from reports.analysis.race import study_race
from reports.analysis.searches import (
    final_runs_of,
    independent,
    more_of,
    split_frame,
    unit_of,
    variance_split,
)
from reports.analysis.trial_values import trial_values
from reports.records.load import StudyRecords

Make = Callable[..., StudyRecords]
TWO = Final(seeds=2, most_seeds=2)
# By search, the FIDs of two final runs.
DCGAN = [(40.0, 44.0), (50.0, 52.0), (42.0, 45.0)]
HINGE = [(400.0, 440.0), (500.0, 520.0), (420.0, 450.0)]


@pytest.fixture
def repeated(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]) -> Make:
    """Records of a study with repeated searches of three trials, and two final runs each."""

    def make(searches: int = 3, final: Final = TWO, **variants: list[tuple[float, ...]]) -> StudyRecords:
        entries = []
        for name, found in (variants or {"dcgan": DCGAN, "hinge": HINGE}).items():
            for search, fids in enumerate(found):
                numbers = [number_of(search, place) for place in range(3)]
                states = ["complete" if fids else "diverged"] * 3
                entries += [
                    make_record(name, "trial", n, 100.0 - 10 * search - n % NUMBERS, state)
                    for n, state in zip(numbers, states, strict=True)
                ]
                for place, fid in enumerate(fids):
                    state = "complete" if math.isfinite(fid) else "diverged"
                    shown = fid if math.isfinite(fid) else 900.0
                    entries.append(make_record(name, "final", number_of(search, place), shown, state, str(numbers[2])))
        found_records = in_memory(entries, final)
        budget = found_records.spec.budget.model_copy(update={"searches": searches})
        return replace(found_records, spec=found_records.spec.model_copy(update={"budget": budget}))

    return make


def geometric(searches: list[tuple[float, ...]]) -> list[float]:
    return [float(stats.gmean(own)) for own in searches]


def test_one_search_leaves_scores_as_they_are(records: StudyRecords) -> None:
    finals = records.runs[(records.runs["kind"] == "final") & (records.runs["variant"] == "dcgan")]
    assert independent(records, finals, "fid") == [40.0, 44.0, 42.0, 41.0, 43.0, 42.0]
    assert (unit_of(records.spec), final_runs_of(records.spec)) == ("seed", 1)
    assert more_of(records.spec) == "final.most_seeds=12"
    assert variance_split(records) is None
    assert split_frame(records).empty


def test_searches_are_what_is_raced_and_what_the_table_is_of(repeated: Make) -> None:
    records = repeated()
    assert (unit_of(records.spec), final_runs_of(records.spec)) == ("search", 2)
    assert more_of(records.spec) == "budget.searches=6"
    scores = final_scores(records)
    assert scores["dcgan"] == pytest.approx(geometric(DCGAN))
    found = study_race(records)
    assert found.scores.keys() == scores.keys()
    for name, own in found.scores.items():
        assert own == pytest.approx(scores[name])
    assert found.race is not None
    assert [stage.seeds for stage in found.race.stages] == [2, 3]
    row = leaderboard(records).set_index("variant").loc["dcgan"]
    assert (row["seeds"], row["finals"]) == (3, 6)
    assert row["fid_mean"] == pytest.approx(np.mean(geometric(DCGAN)))
    assert row["fid_std"] == pytest.approx(np.std(geometric(DCGAN), ddof=1))
    # Of other scores the arithmetic mean: KID is a 700th of FID here.
    assert row["kid_mean"] == pytest.approx(np.mean([np.mean(own) for own in DCGAN]) / 700)
    welch = stats.ttest_ind(np.log(scores["dcgan"]), np.log(scores["hinge"]), equal_var=False)
    assert pairwise(records)["p_value"].iloc[0] == pytest.approx(welch.pvalue)


def test_the_race_is_that_of_the_study(repeated: Make, make_record: Callable[..., TrialRecord]) -> None:
    records = repeated()
    ran = FinalRace.of(records.spec)
    for name, found in (("dcgan", DCGAN), ("hinge", HINGE)):
        for search, fids in enumerate(found):
            ran.take(make_record(name, "final", number_of(search, n), fid) for n, fid in enumerate(fids))
    assert repr(study_race(records).race) == repr(ran.result())


def test_a_search_that_lacks_a_run_waits_and_one_without_settings_counts_as_diverged(repeated: Make) -> None:
    waiting = study_race(repeated(dcgan=DCGAN, hinge=[*HINGE[:2], (420.0,)]))
    assert [len(waiting.scores[name]) for name in ("dcgan", "hinge")] == [3, 2]
    assert not waiting.finished
    fruitless = study_race(repeated(dcgan=DCGAN, hinge=[HINGE[0], (), HINGE[2]]))
    assert fruitless.scores["hinge"] == pytest.approx([*geometric(HINGE[:1]), math.inf, *geometric(HINGE[2:])])
    assert fruitless.finished


def test_what_counts_is_the_first_final_runs_of_each_search(repeated: Make) -> None:
    more = [(40.0, 44.0, 1.0, 2.0), *DCGAN[1:]]
    assert final_scores(repeated(dcgan=more))["dcgan"] == pytest.approx(geometric(DCGAN))


def test_a_search_with_a_run_that_diverged_has_no_mean(repeated: Make) -> None:
    records = repeated(dcgan=[(40.0, math.inf), *DCGAN[1:]], hinge=HINGE)
    assert math.isnan(final_scores(records)["dcgan"][0])
    assert leaderboard(records).set_index("variant").loc["dcgan", "seeds"] == 2
    assert math.isinf(study_race(records).scores["dcgan"][0])


def test_the_split_is_of_logarithms_against_scipy(repeated: Make) -> None:
    records = repeated(dcgan=DCGAN)
    found, logs = variance_split(records), np.log(DCGAN)
    assert found is not None
    within = logs.var(axis=1, ddof=1).mean()
    ratio = stats.f_oneway(*logs).statistic
    assert found.seed.value == pytest.approx(within)
    assert found.search.value == pytest.approx(within * (ratio - 1) / 2)
    frame = split_frame(records).set_index("source")
    assert frame["variance"].tolist() == pytest.approx([found.search.value, found.seed.value])
    assert frame["share"].sum() == pytest.approx(1.0)
    assert frame.loc["seed", "share_low"] == pytest.approx(1 - frame.loc["search", "share_high"])
    assert (found.variants, found.searches, found.runs) == (1, 3, 6)


def test_answers_count_final_runs_and_name_searches(repeated: Make) -> None:
    facts = answer_facts(repeated())
    assert (facts.searches, facts.unit, facts.seeds) == (3, "search", 3)
    assert facts.runs == 2 * 3 * 2


def test_each_search_has_its_own_best_so_far_and_follows_the_one_before(repeated: Make) -> None:
    found = best_so_far(repeated(dcgan=DCGAN))
    assert found["number"].tolist() == [*range(9)]
    assert found["best"].tolist() == [100.0, 99.0, 98.0, 90.0, 89.0, 88.0, 80.0, 79.0, 78.0]


def test_the_first_trial_of_each_search_has_the_paper_s_settings(repeated: Make) -> None:
    values = trial_values(repeated(dcgan=DCGAN))
    assert values["random"].tolist() == [False, True, True] * 3
    assert isinstance(values, pd.DataFrame)
