"""What a study came to, but for its times."""

from pathlib import Path

import pandas as pd

TABLES = ("runs.csv", "variants.csv")
TIMES = ["train_seconds", "score_seconds"]


def tables_of(root: Path) -> dict[str, pd.DataFrame]:
    """The report's tables as text, to the last digit.

    Args:
        root: The folder that the study was run in; it holds the report of no other.
    """
    (folder,) = (root / "runs" / "reports").iterdir()
    return {name: pd.read_csv(folder / name, dtype=str).drop(columns=TIMES) for name in TABLES}


def difference(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> str:
    """The first place where tables differ, in a line; "" where they are the same."""
    for name in TABLES:
        if list(one[name].columns) != list(other[name].columns) or len(one[name]) != len(other[name]):
            return f"{name}: {one[name].shape} and {other[name].shape}"
        differs = (one[name].fillna("") != other[name].fillna("")).to_numpy()
        for row, column in zip(*differs.nonzero(), strict=True):
            values = (frame[name].iat[row, column] for frame in (one, other))
            return f"{name}, row {row}, {one[name].columns[column]}: {' and '.join(map(repr, values))}"
    return ""
