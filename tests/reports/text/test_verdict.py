"""The answer from the CSV files of a report alone, its words put together a second time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmark.records import TrialRecord
from benchmark.spec import Final
from reports.analysis.answer import AnswerFacts
from reports.output.write import Report, write_report
from reports.records.load import StudyRecords
from reports.text.verdict import answer, best_and_nearest, intervals_alone, properties, what_it_answers

Say = Callable[..., tuple[Report, Path]]
DIVERGED = float("inf")
SPREAD = [40.0, 44.0, 42.0, 41.0, 43.0, 42.0]
SIX, ONE = Final(seeds=6, most_seeds=6), Final(seeds=1, most_seeds=1)
SPACE = "\N{NARROW NO-BREAK SPACE}"


def times(scores: list[float], factor: float) -> list[float]:
    return [factor * score for score in scores]


CASES: dict[str, tuple[dict[str, list[float]], Final, str]] = {
    "one clear winner": (
        {"hinge": times(SPREAD, 3), "dcgan": SPREAD},
        SIX,
        "Use dcgan: of 2 variants raced it alone is left, and with 95 % confidence it is the best of "
        "them as tuned here",
    ),
    "several contenders": (
        {"hinge": times(SPREAD, 1.06), "dcgan": SPREAD, "wgan": times(SPREAD, 3)},
        SIX,
        "Use one of dcgan and hinge: of 3 variants raced these 2 are left after 6 seeds, and with 95 % confidence the "
        "best as tuned here is among them",
    ),
    "nobody sent out": (
        {"hinge": times(SPREAD, 1.06), "dcgan": SPREAD},
        SIX,
        "Use one of dcgan and hinge: none of the 2 variants raced was found worse than another by 6 seeds with 95 % "
        "confidence",
    ),
    "practically equal": (
        {"hinge": times(SPREAD, 1.001), "dcgan": SPREAD, "wgan": times(SPREAD, 3)},
        Final(seeds=6, most_seeds=24, margin=1.2),
        "Use any of dcgan and hinge: of 3 variants raced these 2 are left; with 95 % confidence the best as tuned "
        "here is among them, and they lie within 20 % of each other in FID",
    ),
    "all practically equal": (
        {"hinge": times(SPREAD, 1.001), "dcgan": SPREAD},
        Final(seeds=6, most_seeds=24, margin=1.2, error=0.01),
        "Use any of dcgan and hinge: all 2 variants raced are left, and with 99 % confidence they lie within 20 % of "
        "each other in FID",
    ),
    "all diverged": (
        {"hinge": [DIVERGED] * 6, "dcgan": [DIVERGED] * 6},
        SIX,
        "Do not use any of the 2 variants raced: every final run diverged",
    ),
    "one diverged in every run": (
        {"hinge": [DIVERGED] * 6, "dcgan": SPREAD},
        SIX,
        "Use dcgan: of 2 variants raced it alone is left, and with 95 % confidence it is the best of "
        "them as tuned here",
    ),
    "one seed only, and the other diverged": (
        {"hinge": [DIVERGED], "dcgan": SPREAD[:1]},
        ONE,
        "dcgan alone completed its run, of 2 variants raced: one seed tells nothing more, with no confidence",
    ),
    "one variant only": ({"dcgan": SPREAD}, SIX, "Only dcgan was raced, so nothing tells how it stands among others"),
    "one seed only": (
        {"hinge": [90.0], "dcgan": [40.0]},
        ONE,
        "One seed each tells nothing from chance: dcgan has the lowest FID of 2 variants raced, but with no confidence",
    ),
    "no look yet": (
        {"hinge": SPREAD, "dcgan": SPREAD[:2]},
        SIX,
        "Nothing can be said yet: the first look at the race waits for 6 final runs of each variant",
    ),
    "not over": (
        {"hinge": times(SPREAD, 1.06), "dcgan": SPREAD, "wgan": times(SPREAD, 3)},
        Final(seeds=6, most_seeds=24),
        "The race is not over: of 3 variants raced dcgan and hinge are left so far, after 6 seeds",
    ),
    "many": (
        dict.fromkeys("abcdefg", SPREAD),
        Final(seeds=6, most_seeds=6, margin=1.001),
        "Use one of a, b, c, d and 3 more: none of the 7 variants raced was found worse than another by 6 seeds with "
        "95 % confidence",
    ),
}


@pytest.fixture
def say(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords], tmp_path: Path) -> Say:
    def of(finals: dict[str, list[float]], final: Final, kind: str = "final") -> tuple[Report, Path]:
        entries = [
            make_record(name, kind, n, 900.0 if fid == DIVERGED else fid, "diverged" if fid == DIVERGED else "complete")
            for name, fids in finals.items()
            for n, fid in enumerate(fids)
        ]
        return write_report(in_memory(entries, final), tmp_path), tmp_path

    return of


def told(folder: Path) -> tuple[AnswerFacts, pd.DataFrame]:
    """All that the words may come from."""
    facts = pd.read_csv(folder / "answer.csv", keep_default_na=False, na_values={"resolution": [""]})
    return AnswerFacts(**facts.iloc[0].to_dict()), pd.read_csv(folder / "variants.csv")


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_a_function_of_the_files(case: str, say: Say) -> None:
    finals, final, words = CASES[case]
    report, folder = say(finals, final)
    facts, board = told(folder)
    assert report.headline.answer == words == answer(facts, board)
    again = [
        what_it_answers(facts),
        best_and_nearest(facts, board),
        intervals_alone(facts, board),
        properties(board),
    ]
    assert report.headline.details == [sentence for sentence in again if sentence]
    assert report.headline.answer in (folder / "index.html").read_text(encoding="utf-8")
    assert (folder / "report.md").read_text(encoding="utf-8").startswith(f"# {words}\n")
    assert words.replace("%", r"\%") in (folder / "leaderboard.tex").read_text(encoding="utf-8")
    assert "cannot be told apart" not in " ".join([report.headline.answer, *report.headline.details])


def test_an_interval_that_says_more_than_the_race_is_said_to_be_of_one_pair_alone(say: Say) -> None:
    """With three seeds Welch's interval leaves out 1; the race asks for a chance of 0.65 * 9 / (9 + 16^2) of 5 %."""
    finals = {"hinge": [46.0, 52.0, 49.0], "dcgan": SPREAD[:3]}
    report, folder = say(finals, Final(seeds=3, most_seeds=3))
    facts, board = told(folder)
    assert report.headline.answer.startswith("Use one of dcgan and hinge: none of the 2 variants raced was found worse")
    one, other = np.log(finals["dcgan"]), np.log(finals["hinge"])
    test = stats.ttest_ind(other, one, equal_var=False)
    low, high = np.exp(test.confidence_interval(0.95))
    assert facts.chance == pytest.approx(0.05 * 0.65 * 9 / (9 + 256))
    assert facts.chance < test.pvalue / 2 < 0.025
    assert board["factor_low"].iloc[1] == pytest.approx(low)
    cell = f"{np.exp(other.mean() - one.mean()):.2f} ({low:.2f} to {high:.2f}, of this pair alone)"
    for file in ("report.md", "index.html"):
        assert cell in (folder / file).read_text(encoding="utf-8")
    assert (
        "hinge is still in, though its interval against the best leaves out 1: such an interval is of one pair at one "
        "look, and is wrong in one case of 20, while the race is to be wrong in at most 5 % over all pairs and looks. "
        "So after 3 seeds it sent out only who was worse than a rival at a chance below 0.11 %, where an interval "
        "leaves 2.5 % on either side."
    ) in report.headline.details


def test_an_interval_that_goes_with_the_race_is_left_as_it_is(say: Say) -> None:
    wide = {"hinge": times(SPREAD, 1.01), "dcgan": SPREAD}
    for finals in (wide, {"hinge": times(SPREAD, 3), "dcgan": SPREAD}):  # in, and around 1; out, and far from it
        _, folder = say(finals, SIX)
        assert intervals_alone(*told(folder)) == ""
        assert "of this pair alone" not in (folder / "report.md").read_text(encoding="utf-8")


def test_the_verdicts_are_welchs_on_logarithms(say: Say) -> None:
    """Two variants: out if the one-sided chance is below the share of the error that six seeds may spend."""
    finals = {"hinge": times(SPREAD, 3), "dcgan": SPREAD}
    _, folder = say(finals, SIX)
    one, other = np.log(finals["dcgan"]), np.log(finals["hinge"])
    test = stats.ttest_ind(other, one, equal_var=False, alternative="greater")
    assert test.pvalue < 0.05 * 36 / (36 + 22**2)
    interval = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    board = pd.read_csv(folder / "variants.csv").set_index("variant")
    assert board["verdict"].to_dict() == {"dcgan": "contender", "hinge": "out"}
    assert board.loc["hinge", ["factor", "factor_low", "factor_high"]].astype(float).tolist() == pytest.approx(
        [3.0, np.exp(interval.low), np.exp(interval.high)]
    )
    assert board.loc["hinge", "stage"] == 6


def test_the_second_sentence_says_what_the_answer_is_to(say: Say) -> None:
    report, _ = say({"hinge": times(SPREAD, 3), "dcgan": SPREAD}, SIX)
    assert report.headline.details[0] == (
        "This answers for the settings that one search found in 3 trials a variant, on digits (test split, 8 by 8 "
        f"pixels), with 1{SPACE}000 discriminator updates a run, by FID; another search, data set or budget may answer "
        "otherwise."
    )


def test_the_third_says_how_good_the_best_is_and_who_came_nearest(say: Say) -> None:
    report, _ = say({"wgan": times(SPREAD, 9), "hinge": times(SPREAD, 3), "dcgan": SPREAD}, SIX)
    spread = np.std(SPREAD, ddof=1)
    half = stats.t.ppf(0.975, 10) * np.sqrt(2 * np.var(np.log(SPREAD), ddof=1) / 6)
    assert report.headline.details[1] == (
        f"dcgan: FID 42.0 ± {spread:.1f} over 6 seeds. Of the 2 out of the race hinge came nearest: 3.00 times as high "
        f"(95 % interval {3 * np.exp(-half):.2f} to {3 * np.exp(half):.2f}), out after 6 seeds."
    )


def test_other_properties_are_told_of_contenders_where_they_differ() -> None:
    board = pd.DataFrame(
        {
            "variant": ["a", "b", "c", "d"],
            "verdict": ["contender", "contender", "contender", "out"],
            "train_seconds": [30.0, 20.0, 40.0, 1.0],
            "generator_parameters": [1000.0, 2000.0, 1000.0, 1.0],
            "recall_mean": [0.5, 0.4, 0.75, 0.9],
        }
    )
    assert properties(board) == "Of those left, b trains fastest (20 s a run) and c has the best recall (0.75)."
    both = board.assign(generator_parameters=[1000.0, 500.0, 1000.0, 1.0])
    assert properties(both) == (
        "Of those left, b trains fastest (20 s a run) and is smallest (500 generator parameters) and c has the best "
        "recall (0.75)."
    )
    assert properties(board.iloc[[0, 3]]) == ""
    assert properties(board.drop(columns="recall_mean").assign(train_seconds=float("nan"))) == ""


def test_papers_settings_are_entrants(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords], tmp_path: Path
) -> None:
    entries = [make_record("dcgan", "trial", n, 50.0 - n) for n in range(2)]
    entries += [make_record("dcgan", "final", n, fid, setting="1") for n, fid in enumerate(SPREAD)]
    entries += [make_record("dcgan", "paper", n, 2 * fid, setting="paper") for n, fid in enumerate(SPREAD)]
    final = Final(seeds=6, most_seeds=6, settings=("found", "paper"))
    report = write_report(in_memory(entries, final), tmp_path)
    assert report.headline.answer.startswith("Use dcgan: of 2 entrants raced it alone is left")
    assert "in 3 trials a variant and those of the papers, on digits" in report.headline.details[0]
    board = pd.read_csv(tmp_path / "variants.csv").set_index("variant")
    assert board["setting"].to_dict() == {"dcgan": "1", "dcgan (paper)": "paper"}
    assert board["trials"].to_dict() == {"dcgan": 2, "dcgan (paper)": 0}
    gain = pd.read_csv(tmp_path / "tuning.csv").iloc[0]
    half = stats.t.ppf(0.975, 10) * np.sqrt(2 * np.var(np.log(SPREAD), ddof=1) / 6)
    assert (gain["variant"], gain["trial"], gain["seeds"], gain["seeds_paper"]) == ("dcgan", 1, 6, 6)
    assert [gain["gain"], gain["low"], gain["high"]] == pytest.approx([2.0, 2 * np.exp(-half), 2 * np.exp(half)])
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "What tuning gained" in page
    assert f"{2 * np.exp(-half):.2f} to {2 * np.exp(half):.2f}" in page


def test_where_the_papers_settings_were_chosen_tuning_gained_nothing(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords], tmp_path: Path
) -> None:
    entries = [make_record("dcgan", "final", n, fid, setting="0") for n, fid in enumerate(SPREAD)]
    entries += [make_record("dcgan", "trial", n, 50.0 + n) for n in range(2)]
    write_report(in_memory(entries, Final(seeds=6, most_seeds=6, settings=("found", "paper"))), tmp_path)
    gain = pd.read_csv(tmp_path / "tuning.csv").iloc[0]
    assert (gain["trial"], gain["gain"]) == (0, 1.0)
    assert np.isnan(gain["low"])
    assert "the paper&#39;s settings were chosen" in (tmp_path / "index.html").read_text(encoding="utf-8")
