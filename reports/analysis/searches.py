"""What repeated searches say: their scores, which are independent of each other, and what scatters between them."""

from functools import lru_cache

import pandas as pd

from benchmark.race.searches import place_of, search_of
from benchmark.spec import Spec
from reports.records.load import StudyRecords
from reports.statistics.scale import SCALES
from reports.statistics.variance_split import Estimate, VarianceSplit, split_variance

SPLIT_COLUMNS = ["source", "variance", "low", "high", "share", "share_low", "share_high"]


def unit_of(spec: Spec) -> str:
    """What is raced, and what a spread is over: a "seed" of found settings, or a "search" where they are repeated."""
    return "search" if spec.budget.searches > 1 else "seed"


def final_runs_of(spec: Spec) -> int:
    """The final runs that each of what is raced has."""
    return spec.final.seeds if spec.budget.searches > 1 else 1


def more_of(spec: Spec) -> str:
    """What goes on with a finished study, as KEY=VALUE: more of what is raced."""
    if spec.budget.searches > 1:
        return f"budget.searches={2 * spec.budget.searches}"
    return f"final.most_seeds={2 * spec.final.most_seeds}"


def independent(records: StudyRecords, finals: pd.DataFrame, score: str) -> list[float]:
    """A score of one variant's final runs, as values that are independent of each other.

    Args:
        records: The study.
        finals: Final runs of a variant, rows of `records.runs`.
        score: A column of it.

    Returns:
        The score of each run; where searches are repeated, of each search the mean over its final runs: the geometric
        one of the score that ranks, if its ratios are compared. NaN where a run has no score.
    """
    spec = records.spec
    if spec.budget.searches == 1:
        return finals[score].tolist()
    counted = finals[finals["number"].map(place_of) < spec.final.seeds]
    values, searches = counted[score], counted["number"].map(search_of)
    is_ratio = score == records.ranked_by and spec.scale == "ratio" and bool((values.dropna() > 0).all())
    scale = SCALES["ratio" if is_ratio else "difference"]
    means = values.map(scale.to, na_action="ignore").groupby(searches).agg(lambda own: own.mean(skipna=False))
    return [scale.back(float(mean)) for mean in means]


@lru_cache(maxsize=1)
def variance_split(records: StudyRecords) -> VarianceSplit | None:
    """The variance of the score that ranks, on the scale that is raced, between searches and between seeds.

    Returns:
        See `reports.statistics.variance_split.split_variance`; None without repeated searches. Who races with the
        paper's settings has no searches, and is left out.
    """
    if records.spec.budget.searches == 1:
        return None
    scored = records.runs[(records.runs["kind"] == "final") & records.runs[records.ranked_by].notna()]
    finals = scored[~scored["variant"].isin(records.paper_entrants)]
    places = finals[records.ranked_by].map(SCALES[records.spec.scale].to)
    searches = places.groupby([finals["variant"], finals["number"].map(search_of)])
    variants: dict[str, list[list[float]]] = {}
    for (variant, _), own in searches:
        variants.setdefault(str(variant), []).append(own.tolist())
    return split_variance(variants.values())


def split_frame(records: StudyRecords) -> pd.DataFrame:
    """The same as a table.

    Returns:
        A row for "search" and one for "seed", none without repeated searches: source, variance (on the scale that is
        raced) with its 95 % interval low and high, and share of their sum with share_low and share_high.
    """
    found = variance_split(records)
    if found is None:
        return pd.DataFrame([], columns=SPLIT_COLUMNS)
    share = found.share
    rest = Estimate(1 - share.value, 1 - share.high, 1 - share.low)
    rows = [("search", found.search, share), ("seed", found.seed, rest)]
    return pd.DataFrame(
        [(name, own.value, own.low, own.high, part.value, part.low, part.high) for name, own, part in rows],
        columns=SPLIT_COLUMNS,
    )
