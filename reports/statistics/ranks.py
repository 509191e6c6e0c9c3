"""Ranks that claim no more than the seeds show: variants that cannot be told apart may share one."""

from collections.abc import Sequence

import pandas as pd

from reports.statistics.difference import SIGNIFICANT


def shared_ranks(order: Sequence[str], compared: pd.DataFrame) -> pd.DataFrame:
    """Rank variants by how many others are better beyond chance.

    A rank is 1 + the number of variants that are significantly better, so a variant that nobody beats has rank 1. To
    share a rank is not to be equal: of a, b and c, a may beat c while b can be told apart from neither, so the ranks
    are 1, 1, 2. The groups say it whole: two variants can be told apart if, and only if, they have no group in common.
    A variant whose scores scatter widely is beaten by few, and may rank before one with a lower mean.

    Args:
        order: Variants, best mean first.
        compared: From `reports.statistics.pairs.compare_pairs`.

    Returns:
        A row a variant, in the given order: variant, rank (<NA> if none of its comparisons could be tested, for want of
        seeds), beats (how many it is significantly better than) and groups (the numbers of its groups, as in "1, 2";
        "" without a rank).

    References:
        Piepho 2004, "An algorithm for a letter-based representation of all-pairwise comparisons".
    """
    tested = compared.dropna(subset=["adjusted"])
    apart = tested[tested["adjusted"] < SIGNIFICANT]
    known = [name for name in order if len(order) == 1 or name in {*tested["one"], *tested["other"]}]
    groups = _groups(known, list(zip(apart["one"], apart["other"], strict=True)))
    rows = [
        (
            name,
            1 + int((apart["other"] == name).sum()) if name in known else pd.NA,
            int((apart["one"] == name).sum()),
            ", ".join(str(number) for number, group in enumerate(groups, 1) if name in group),
        )
        for name in order
    ]
    return pd.DataFrame(rows, columns=["variant", "rank", "beats", "groups"]).astype({"rank": "Int64"})


def _groups(order: list[str], apart: list[tuple[str, str]]) -> list[frozenset[str]]:
    """The largest sets in which no two can be told apart, by their best members.

    Starts from one set of all, splits each that holds a pair that can be told apart, and drops what others hold.
    """
    groups = {frozenset(order)} if order else set()
    for pair in apart:
        split = {group for group in groups if group.issuperset(pair)}
        parts = {group - {name} for group in split for name in pair}
        groups = groups - split | parts
        groups = {group for group in groups if not any(group < larger for larger in groups)}
    return sorted(groups, key=lambda group: sorted(map(order.index, group)))
