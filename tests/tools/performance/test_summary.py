"""Ratios of what was measured."""

from pathlib import Path

import pandas as pd
import pytest

from tools.performance.summary import ratios, write_plot

MEASURED = pd.DataFrame(
    [
        ("b", "plain", 0, 10.0),
        ("b", "ganbench", 0, 20.0),
        ("b", "plain", 1, 20.0),
        ("b", "ganbench", 1, 30.0),
        ("b", "plain", 2, 12.0),
        ("b", "ganbench", 2, 36.0),
        ("a", "plain", 0, 1.0),
        ("a", "ganbench", 0, 4.0),
    ],
    columns=["variant", "side", "repeat", "rate"],
)


def test_medians_their_ratio_and_the_spread_of_the_repeats() -> None:
    table = ratios(MEASURED, "variant", "rate")
    assert table["variant"].tolist() == ["b", "a"]  # in the order of measurement
    first = table.iloc[0]
    assert (first["plain"], first["ganbench"]) == (12.0, 30.0)
    assert first["ratio"] == pytest.approx(2.5)
    assert (first["low"], first["high"]) == (pytest.approx(1.5), pytest.approx(3.0))
    assert table.iloc[1]["ratio"] == 4.0


def test_a_third_side_has_a_ratio_of_its_own() -> None:
    several = pd.DataFrame([("b", "processes", 0, 15.0), ("a", "processes", 0, 8.0)], columns=MEASURED.columns)
    table = ratios(pd.concat([MEASURED, several]), "variant", "rate")
    assert table.columns.tolist() == [
        *("variant", "plain", "processes", "ganbench", "ratio", "low", "high", "to_processes"),
    ]
    assert table["to_processes"].tolist() == [2.0, 0.5]
    assert "to_processes" not in ratios(MEASURED, "variant", "rate")


def test_the_plot_is_a_file_that_browsers_draw(tmp_path: Path) -> None:
    write_plot(ratios(MEASURED, "variant", "rate"), "variant", "rate", tmp_path / "rates.svg")
    drawn = (tmp_path / "rates.svg").read_text(encoding="utf-8")
    assert drawn.count("<svg") == 1
    assert all(f"<!-- {name} -->" in drawn for name in ("a", "b"))  # how matplotlib notes what glyphs say
