"""What a search finds by how many trials, as text: middles over searches, and when one comes near the best."""

import math
from dataclasses import dataclass

import pandas as pd

from reports.analysis.search_budgets import best_by_trials, trials_to_target
from reports.records.load import StudyRecords
from reports.text.formats import ABSENT, count, short

SEARCH_BUDGET_WORDS = (
    "The best score of a search's first trials on the search's split, its middle over the searches and the 95 % "
    "interval of that; and how many trials a search needs to come within the margin of what the best variant's "
    "searches find with all of theirs: a mean in which one that never comes there counts as the whole budget."
)


@dataclass(frozen=True)
class SearchBudgetRow:
    """One variant.

    Attributes:
        cells: In the order of `search_budget_headings`.
        values: What they are sorted by; NaN where there is nothing.
    """

    cells: list[str]
    values: list[float]


def shown_trials(budget: int) -> list[int]:
    """The numbers of trials that have a column: 1, 2, 4 and so on, and all of them."""
    doubling = [2**power for power in range(budget.bit_length()) if 2**power < budget]
    return [*doubling, budget]


def search_budget_headings(records: StudyRecords) -> list[str]:
    """Of the table's columns."""
    columns = [f"{n} trial{'s' * (n > 1)}" for n in shown_trials(records.spec.budget.trials)]
    return ["Variant", *columns, "Searches near the best", "Trials until then", "Updates until then"]


def search_budget_rows(records: StudyRecords) -> list[SearchBudgetRow]:
    """A row a variant, the one that comes near the best first at the top; none without repeated searches."""
    found, target = best_by_trials(records), trials_to_target(records)
    groups = {str(name): own.set_index("trials") for name, own in found.groupby("variant")}
    order = target.sort_values(["trials", "variant"])
    return [_row(groups[str(row["variant"])], row, records.spec.budget.trials) for _, row in order.iterrows()]


def leader_sentence(records: StudyRecords) -> str:
    """Who leads from which number of trials on; "" without repeated searches."""
    found = best_by_trials(records)
    if found.empty:
        return ""
    best = found.sort_values("score", kind="stable").groupby("trials", sort=True)["variant"].first()
    leaders = [str(name) for name in best]
    first = next(n for n in range(len(leaders)) if set(leaders[n:]) == {leaders[-1]})
    before = sorted(set(leaders[:first]))
    earlier = f"; with fewer, {' or '.join(before)}" if before else ""
    return f"In the middle over searches {leaders[-1]} leads from {first + 1} trial{'s' * (first > 0)} on{earlier}."


def _row(own: pd.DataFrame, target: "pd.Series[float]", budget: int) -> SearchBudgetRow:
    cells, values = [str(target["variant"])], [math.nan]
    for trials in shown_trials(budget):
        # Where no search has come so far there is no row.
        score, low, high = own[["score", "low", "high"]].reindex([trials]).to_numpy(dtype=float)[0]
        ends = f" [{short(low)}, {short(high)}]" if math.isfinite(low) else ""
        cells.append(f"{short(score)}{ends}" if math.isfinite(score) else ABSENT)
        values.append(score)
    reached, searches = int(target["reached"]), int(target["searches"])
    low, high = float(target["low"]), float(target["high"])
    ends = f" [{low:.1f}, {high:.1f}]" if math.isfinite(low) else ""
    cells += [f"{reached} of {searches}", f"{target['trials']:.1f}{ends}", count(float(target["updates"]))]
    values += [reached / searches, float(target["trials"]), float(target["updates"])]
    return SearchBudgetRow(cells, values)
