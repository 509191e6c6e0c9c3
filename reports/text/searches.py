"""How much of what scatters is the luck of the search, in words."""

import math

from benchmark.plain_text import counted
from reports.analysis.leaderboard import tested_score
from reports.analysis.searches import variance_split
from reports.records.load import StudyRecords
from reports.statistics.variance_split import Estimate
from reports.text.formats import percent, short

METHOD = (
    "Split by the method of moments, a nested random model with variants fixed, as Bouthillier et al. (2021, "
    "arXiv:2103.03098) ask for; intervals by Williams, with degrees of freedom by Satterthwaite."
)


def search_luck(records: StudyRecords) -> list[str]:
    """Both shares of the variance with intervals, what follows for an interval over seeds, and the method.

    Returns:
        Sentences; none without repeated searches of which two have final runs with a score.
    """
    found = variance_split(records)
    if found is None:
        return []
    both = f"{counted(found.searches, 'search')} of {counted(found.variants, 'variant')}"
    said = (
        f"Of the variance of {tested_score(records)} over {both} ({counted(found.runs, 'final run')}) "
        f"{_share(found.share)} is the luck of the search, the rest that of the seed: the variance between searches is "
        f"{_estimate(found.search)}, that between seeds of one search {_estimate(found.seed)}."
    )
    wider = (
        f"An interval over the seeds of one search would have to be {found.widening:.2g} times as wide to hold for the "
        "method."
    )
    return [said, *([wider] if math.isfinite(found.widening) else []), METHOD]


def _share(share: Estimate) -> str:
    if math.isnan(share.value):
        return "nothing"
    return f"{percent(share.value)} (95 % interval {percent(share.low)} to {percent(share.high)})"


def _estimate(found: Estimate) -> str:
    return f"{short(found.value)} ({short(found.low)} to {short(found.high)})"
