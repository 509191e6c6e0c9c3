"""The answer of a suite in words: who is a contender on every data set, else who is best over all, and how sure."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from benchmark.plain_text import counted
from reports.statistics.intervals import LEVEL
from reports.suites.standing import Standing
from reports.suites.suite import Suite, SuiteStudy
from reports.text.formats import fixed, listing, percent, percent_of

_LISTED = 5
_DECIMALS = 3
# Fewer runs on a data set have bands that are clearly too narrow.
_ENOUGH_RUNS = 6
_NEARLY = 0.99
IQM = "interquartile_mean"


@dataclass(frozen=True)
class SuiteAnswer:
    """What to read of a suite if one reads nothing else.

    Attributes:
        answer: One sentence, without a full stop.
        details: What it is an answer to, how sure it is, and who is best over all data sets.
        warnings: What to know before believing it.
    """

    answer: str
    details: tuple[str, ...]
    warnings: tuple[str, ...]


def suite_answer(suite: Suite, stands: Standing) -> SuiteAnswer:
    """Say what came of a suite."""
    said = (_what_it_answers(suite), _sureness(suite), _best_over_all(suite, stands), _nearly(suite, stands))
    return SuiteAnswer(_sentence(suite, stands), tuple(filter(None, said)), tuple(_warnings(suite)))


def _sentence(suite: Suite, stands: Standing) -> str:
    if not suite.complete:
        return f"Nothing can be said yet: no variant has final runs on {_all(suite)}"
    if open_races := [study.label for study in suite.studies if not study.race.finished]:
        return f"Nothing is settled yet: {_listed(open_races)} {_are(open_races)} still racing{_so_far(stands)}"
    raced = f"{counted(len(suite.complete), 'variant')} raced on {_all(suite)}"
    if len(suite.complete) == 1:
        return f"Only {suite.complete[0]} raced on {_all(suite)}, so nothing tells how it stands among others"
    names = stands.everywhere
    if len(names) == 1:
        return f"Use {names[0]}: of {raced} it alone is a contender on each"
    if len(names) == len(suite.complete):
        return f"Use one of {_listed(names)}: none of {raced} was found worse than another on any"
    if names:
        return f"Use one of {_listed(names)}: of {raced} these {len(names)} are contenders on each"
    return _nobody_everywhere(suite, stands)


def _nobody_everywhere(suite: Suite, stands: Standing) -> str:
    """Who is best over all, where the draws of the bootstrap agree; else that nobody stands out."""
    best, row = stands.best, stands.of(stands.best)
    none = f"none of {counted(len(suite.complete), 'variant')} is a contender on {_all(suite)}"
    if math.isnan(row[f"{IQM}_low"]):
        return (
            f"No variant stands out: {none}; {best} has the highest interquartile mean, {_with_interval(row)}, but a "
            "single run on a data set gives no confidence"
        )
    if row["highest"] < LEVEL:
        return (
            f"No variant stands out: {none}; {best} has the highest interquartile mean, {_with_interval(row)}, but has "
            f"it in only {_share(row['highest'])} of what other seeds might have given"
        )
    return (
        f"Use {best}, the best over all: {none}, but {best} has the highest interquartile mean, {_with_interval(row)}, "
        f"and has it in {_share(row['highest'])} of what other seeds might have given"
    )


def _so_far(stands: Standing) -> str:
    names = stands.everywhere
    return f"; {_listed(names)} {_are(names)} so far left on each" if names else ""


def _share(share: float) -> str:
    """A share of draws, of which none says that something is certain."""
    return f"more than {percent(_NEARLY)}" if share > _NEARLY else percent(share)


def _what_it_answers(suite: Suite) -> str:
    names = listing([study.label for study in suite.studies])
    return (
        f"This answers for the settings that each study's search found, with its budget, on {names}. Contenders are "
        "those of each study's own race; bands are over seeds on these data sets, and say nothing of another search or "
        "of another data set."
    )


def _sureness(suite: Suite) -> str:
    """By Bonferroni: each race may send out the best of its data set with the chance that it allows for."""
    names = suite.everywhere
    error = sum(study.race.rules.error for study in suite.studies)
    if not names or error >= 1 or any(not study.race.finished for study in suite.studies):
        return ""
    which = names[0] if len(names) == 1 else "one of these"
    return (
        f"If one variant is the best on {_all(suite)}, it is {which}, with at least {percent_of(1 - error)} confidence "
        "(the errors that the races allow for, added up); there may be no such variant."
    )


def _best_over_all(suite: Suite, stands: Standing) -> str:
    """Who has the highest interquartile mean, who is next, and how often a run of the one beats one of the other."""
    if not stands.best or len(suite.complete) < 2:
        return ""
    best, ranked = stands.best, stands.ranked.sort_values(IQM, ascending=False, kind="stable")
    rival = str(ranked["variant"].iloc[1])
    over = stands.over(rival)
    ends = f" ({fixed(over['low'], 2)} to {fixed(over['high'], 2)})" if math.isfinite(over["low"]) else ""
    return (
        f"From noise (0) to real images (1) {best} has come farthest over all data sets, by the interquartile mean of "
        f"its runs: {_with_interval(stands.of(best))}. Next is {rival}: {_with_interval(stands.of(rival))}. A "
        f"run of {best} beats one of {rival} with a probability of {fixed(over['probability'], 2)}{ends}."
    )


def _nearly(suite: Suite, stands: Standing) -> str:
    """Where nobody is a contender everywhere: who is on most."""
    on = stands.variants.set_index("variant")["contender_on"]
    if suite.everywhere or on.max() == 0 or not suite.complete:
        return ""
    names = [str(name) for name in on.index[on == on.max()]]
    on_most = f"{on.max()} of {counted(len(suite.studies), 'data set')}"
    return f"{_listed(names)} {_are(names)} {'a contender' if len(names) == 1 else 'contenders'} on most, {on_most}."


def _warnings(suite: Suite) -> Iterator[str]:
    yield from (f"{study.label}: {line}" for study in suite.studies for line in study.warnings)
    yield from (_two_of_one(*pair) for pair in combinations(suite.studies, 2) if _dataset(pair[0]) == _dataset(pair[1]))
    by_score = {study.records.ranked_by: study.label for study in suite.studies}
    if len(by_score) > 1:
        yield f"Variants are ranked by different scores: {listing([f'{by} on {on}' for by, on in by_score.items()])}."
    partial = [name for name in suite.variant_names if name not in suite.complete]
    if partial and suite.complete:
        yield f"{_listed(partial)} did not race on {_all(suite)}, and {_are(partial)} left out of what is over all."
    fewest = min((len(own) for runs in suite.scores.values() for own in runs), default=_ENOUGH_RUNS)
    if 1 < fewest < _ENOUGH_RUNS:
        yield (
            f"Some variants have {fewest} runs on a data set: bands from so few are too narrow. Of those from three "
            "runs on each data set 82 to 86 % hold where they say 95 %."
        )
    mixed = [study.label for study in suite.studies if _has_several_devices(study)]
    if mixed:
        yield f"Runs on {listing(mixed)} were made on several devices, so that their times may not compare."


def _has_several_devices(study: SuiteStudy) -> bool:
    """Devices that differ are joined by commas, and the name of a CPU has one of its own, before its cores."""
    return "," in re.sub(r", \d+ cores?\b", "", study.records.environment.get("device", ""))


def _two_of_one(one: SuiteStudy, other: SuiteStudy) -> str:
    """Two studies of one data set, which count as two."""
    protocols = [study.records.protocols.get("final") for study in (one, other)]
    differing = protocols[0].differing(protocols[1]) if protocols[0] and protocols[1] else {}
    told = [f"{name} {pair[0]} and {pair[1]}" for name, pair in differing.items()]
    how = f"under different protocols ({', '.join(told)})" if told else "under one protocol, with settings of their own"
    ids = f"{one.records.study_id} and {other.records.study_id}"
    return f"{_dataset(one)} is in it twice, {how}: {ids}. Each is a column of its own, and counts as a data set."


def _dataset(study: SuiteStudy) -> str:
    return study.records.spec.dataset


def _with_interval(row: "pd.Series[float]") -> str:
    ends = f"{fixed(row[f'{IQM}_low'], _DECIMALS)} to {fixed(row[f'{IQM}_high'], _DECIMALS)}"
    known = f" (95 % interval {ends})" if math.isfinite(row[f"{IQM}_low"]) else ""
    return f"{fixed(row[IQM], _DECIMALS)}{known}"


def _all(suite: Suite) -> str:
    """As in "all 4 data sets"."""
    return {1: "the one data set", 2: "both data sets"}.get(len(suite.studies), f"all {len(suite.studies)} data sets")


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _listed(names: list[str]) -> str:
    if len(names) <= _LISTED:
        return listing(names)
    return listing([*names[: _LISTED - 1], f"{len(names) - _LISTED + 1} more"])
