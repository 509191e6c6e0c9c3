"""The luck of the search in words, and the words of an answer to a method."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.race.searches import number_of
from benchmark.records import TrialRecord
from benchmark.spec import Final
from reports.analysis.searches import variance_split
from reports.output.write import write_report
from reports.records.load import StudyRecords
from reports.text.searches import METHOD, search_luck

SPACE = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def method(make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]) -> StudyRecords:
    """Six searches, of which the luck is a hundred times that of seeds, of two variants far apart."""
    entries = [make_record(name, "trial", number_of(s, n), 90.0 - n) for name in ("dcgan", "hinge")
               for s in range(6) for n in range(3)]  # fmt: skip
    entries += [
        make_record(name, "final", number_of(search, n), level * (1 + 0.1 * (search % 3)) * (1 + 0.01 * n))
        for name, level in (("dcgan", 40.0), ("hinge", 4000.0))
        for search in range(6)
        for n in range(2)
    ]
    found = in_memory(entries, Final(seeds=2, most_seeds=2))
    budget = found.spec.budget.model_copy(update={"searches": 6})
    return replace(found, spec=found.spec.model_copy(update={"budget": budget}))


def test_nothing_is_said_of_one_search(records: StudyRecords) -> None:
    assert search_luck(records) == []


def test_the_luck_of_the_search_in_words(method: StudyRecords) -> None:
    found = variance_split(method)
    assert found is not None
    said, wider, how = search_luck(method)
    share = found.share
    assert said == (
        "Of the variance of log FID over 12 searches of 2 variants (24 final runs) "
        f"{100 * share.value:.0f} % (95 % interval {100 * share.low:.0f} % to {100 * share.high:.0f} %) is the luck of "
        f"the search, the rest that of the seed: the variance between searches is {found.search.value:.3g} "
        f"({found.search.low:.3g} to {found.search.high:.3g}), that between seeds of one search "
        f"{found.seed.value:.3g} ({found.seed.low:.3g} to {found.seed.high:.3g})."
    )
    assert share.value > 0.95
    assert wider == (
        f"An interval over the seeds of one search would have to be {found.widening:.2g} times as wide to hold for the "
        "method."
    )
    assert how == METHOD


def test_the_report_says_which_question_is_answered(method: StudyRecords, tmp_path: Path) -> None:
    report = write_report(method, tmp_path)
    assert report.headline.answer == (
        "Use dcgan: of 2 variants raced it alone is left, and with 95 % confidence it is the best method of them under "
        "this budget"
    )
    assert report.headline.details[0] == (
        "This answers for methods under this budget, a search of 3 trials a variant, repeated up to 6 times: not for "
        "the settings that one search found, on digits (test split, 8 by 8 pixels), with "
        f"1{SPACE}000 discriminator updates a run, by FID; another data set or budget may answer otherwise."
    )
    assert " over 6 searches. " in report.headline.details[1]
    assert report.headline.details[1].endswith(", out after 2 searches.")
    page, text = ((tmp_path / name).read_text(encoding="utf-8") for name in ("index.html", "report.md"))
    for sentence in search_luck(method):
        assert sentence in page
    assert "## The luck of the search" in text
    assert (tmp_path / "luck.csv").read_text(encoding="utf-8").startswith("source,variance,low,high,share,")
    latex = (tmp_path / "leaderboard.tex").read_text(encoding="utf-8")
    assert "standard deviation over searches" in latex
    assert "in a race of 2 to 6 searches" in latex
    assert "budget.searches=12" in page
    assert "Searches of each variant that is in" in page


@pytest.mark.long
def test_a_report_of_one_search_has_no_word_of_it(records: StudyRecords, tmp_path: Path) -> None:
    write_report(records, tmp_path)
    assert not (tmp_path / "luck.csv").exists()
    for name in ("index.html", "report.md", "leaderboard.tex"):
        assert "luck of the search" not in (tmp_path / name).read_text(encoding="utf-8")
