"""What papers reported, to be set beside our numbers where the protocol is the same to the letter."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.records import Protocol

FILE = Path(__file__).with_name("published.csv")


@dataclass(frozen=True)
class Published:
    """A number of a paper.

    Attributes:
        mean: As it was printed.
        std: Over seeds; NaN where the paper, or what was noted of it, has none.
        source: The paper.
    """

    mean: float
    std: float
    source: str


def published(protocol: Protocol | None, score: str) -> dict[str, Published]:
    """What papers reported of a score, by our names of their variants; nothing unless runs follow a named protocol.

    Args:
        protocol: Of the final runs.
        score: A name in `benchmark.metrics.catalog.known_scores`.
    """
    if protocol is None or not protocol.name:
        return {}
    table = pd.read_csv(FILE)
    same = (table["protocol"] == protocol.name) & (table["dataset"] == protocol.dataset) & (table["score"] == score)
    rows = zip(*(table.loc[same, name] for name in ("variant", "mean", "std", "source")), strict=True)
    return {variant: Published(*rest) for variant, *rest in rows}
