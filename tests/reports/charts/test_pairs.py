"""The square of pairs: both halves, and room for numbers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reports.charts.pairs import pairs_chart


def test_both_halves_say_the_same(make_record, in_memory) -> None:
    finals = {"a": [10.0, 12.0, 11.0], "b": [20.0, 24.0, 22.0], "c": [10.5, 11.5, 30.0]}
    records = in_memory([make_record(v, "final", n, fid) for v, own in finals.items() for n, fid in enumerate(own)])
    cells = pairs_chart(records, pd.DataFrame({"variant": ["a", "c", "b"]})).data.set_index(["variant", "other"])
    assert len(cells) == 6
    for one, other in (("a", "b"), ("a", "c"), ("b", "c")):
        there, back = cells.loc[(one, other)], cells.loc[(other, one)]
        assert there["wins"] + back["wins"] == pytest.approx(1)
        assert there["effect"] * back["effect"] == pytest.approx(1)
        assert there["adjusted"] == back["adjusted"]
    # All nine pairs of runs; each score twice as high.
    assert cells.loc[("a", "b"), "wins"] == 1
    assert cells.loc[("a", "b"), "effect"] == pytest.approx(2)
    # 10 beats all three, 12 beats one, 11 beats two.
    assert cells.loc[("a", "c"), "wins"] == pytest.approx(6 / 9)


def test_many_variants_leave_no_room_for_numbers(make_record, in_memory) -> None:
    names = [f"v{n:02d}" for n in range(21)]
    records = in_memory([make_record(v, "final", n, 40.0 + n + i) for i, v in enumerate(names) for n in range(2)])
    marks = [layer["mark"]["type"] for layer in pairs_chart(records, pd.DataFrame({"variant": names})).spec["layer"]]
    few = pairs_chart(records, pd.DataFrame({"variant": names[:20]})).spec["layer"]
    assert marks == ["rect"]
    assert [layer["mark"]["type"] for layer in few] == ["rect", "text"]


def test_exactly_the_pairs_that_cannot_be_told_apart_are_faded(drawn, make_record, in_memory) -> None:
    finals = {"a": [10.0, 12.0, 11.0, 10.5], "b": [20.0, 24.0, 22.0, 23.0], "c": [10.5, 11.5, 12.0, 9.0]}
    records = in_memory([make_record(v, "final", n, fid) for v, own in finals.items() for n, fid in enumerate(own)])
    # By SciPy, with Holm's step down by hand: the smallest p times three, the next times two.
    logs = {name: np.log(values) for name, values in finals.items()}
    tests = {pair: stats.ttest_ind(*(logs[n] for n in pair), equal_var=False).pvalue for pair in ("ab", "bc", "ac")}
    assert tests["ab"] * 3 < 0.05
    assert tests["bc"] * 3 < 0.05
    assert tests["ac"] > 0.05
    items = drawn(pairs_chart(records, pd.DataFrame({"variant": ["a", "c", "b"]})))
    faded = {(cell["y"], cell["x"]) for cell in items if cell["mark"] == "rect" and cell["opacity"] < 0.5}
    full = {(cell["y"], cell["x"]) for cell in items if cell["mark"] == "rect" and cell["opacity"] == 1}
    # Rows and columns are a, c, b from the top left: a against c and c against a are faded.
    rows, columns = (sorted({cell[axis] for cell in faded | full}) for axis in (0, 1))
    assert faded == {(rows[0], columns[1]), (rows[1], columns[0])}
    assert len(full) == 4
