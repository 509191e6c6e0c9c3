"""What was measured, as ratios: medians over repeats with their spread, a CSV and a plot."""

from pathlib import Path

import pandas as pd

SIDES = ("plain", "processes", "ganbench")


def ratios(measured: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """How many times the plain sides' values ours is.

    Args:
        measured: One row a measurement, with columns `by`, side, repeat and `value`; of the sides of `SIDES` at least
            "plain" and "ganbench".
        by: What to compare apart.
        value: The higher the better.

    Returns:
        One row for each of `by`: the medians of the sides, the ratio of ours to the plain one, and the lowest and the
        highest ratio of measurements of the same repeat; then, if plain loops ran in several processes, the ratio to
        these as `to_processes`.
    """
    wide = measured.pivot_table(index=[by, "repeat"], columns="side", values=value, sort=False)
    there = [side for side in SIDES if side in wide]
    each = (wide["ganbench"] / wide["plain"]).groupby(level=0, sort=False)
    medians = wide.groupby(level=0, sort=False).median()
    table = medians[there].assign(ratio=medians["ganbench"] / medians["plain"], low=each.min(), high=each.max())
    if "processes" in there:
        table = table.assign(to_processes=medians["ganbench"] / medians["processes"])
    return table.reset_index()


def write_plot(table: pd.DataFrame, by: str, unit: str, path: Path) -> None:
    """Bars of the ratios with their spread, the plain side at 1."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1 + 0.28 * len(table)), layout="constrained")
    axes = figure.add_subplot()
    rows = table.iloc[::-1]
    spread = [rows["ratio"] - rows["low"], rows["high"] - rows["ratio"]]
    axes.barh(rows[by].astype(str), rows["ratio"], xerr=[part.clip(lower=0) for part in spread], color="#4477aa")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xlabel(f"{unit}, times the plain harness's (median of repeats; whiskers: lowest and highest)")
    figure.savefig(path)
