import json
import math
from dataclasses import replace

import pandas as pd
import pytest

from reports.charts.chart import (
    Chart,
    apart,
    emphasis,
    foreground,
    grey_first,
    label_of,
    quantity,
    tooltip,
    variant_colour,
)


def test_data_travels_by_columns_in_five_digits_and_closes_no_script() -> None:
    data = pd.DataFrame({"variant": ["</script>", "b"], "value": [1.23456789, math.inf], "n": [3, 4]})
    text = Chart("name", "Title", "Key", data, {"mark": "point"}).to_json()
    assert "</script" not in text
    packed = json.loads(text)
    assert packed["columns"] == ["variant", "value", "n"]
    assert packed["rows"] == [["</script>", 1.2346, 3], ["b", None, 4]]


def test_a_score_is_called_with_its_better_end_where_that_is_known() -> None:
    told = [label_of(score) for score in ("fid", "recall", "kid_std", "blur")]
    assert told == ["FID (lower is better)", "Recall (higher is better)", "KID, std over subsets", "blur"]


def test_axes_are_logarithmic_from_a_decade_on() -> None:
    assert quantity("x", "X", [1.0, 10.0])["scale"]["type"] == "log"
    for values in ([1.0, 9.9], [0.0, 100.0], [-1.0, 100.0], [], [math.nan, math.inf]):
        assert quantity("x", "X", values)["scale"]["zero"] is False


def test_colours_are_those_of_families_and_grey_beyond_the_first_few(make_record, in_memory) -> None:
    losses = {"dcgan": "non-saturating", "wgan": "wasserstein", "hinge": "hinge"}
    found = in_memory([make_record(name, "final", 0, 40.0) for name in losses])
    records = replace(found, variants={name: {"loss": loss} for name, loss in losses.items()})
    verdicts = ["contender", "out", "out"]
    board = pd.DataFrame({"variant": ["wgan", "dcgan", "hinge"], "verdict": verdicts, "seeds": 1, "trials": 1})
    channel = variant_colour(records, board)
    colour = dict(zip(channel["scale"]["domain"], channel["scale"]["range"], strict=True))
    assert colour == {"dcgan": "var(--series-0)", "wgan": "var(--series-1)", "hinge": "var(--series-3)"}
    assert channel["condition"]["value"] == "var(--grey)"
    assert 'indexof(["wgan"], datum.variant) < 0' in channel["condition"]["test"]


def test_the_best_is_drawn_last() -> None:
    board = pd.DataFrame({"variant": ["a", "b", "c"], "verdict": ["contender"] * 2 + ["out"], "seeds": 1, "trials": 1})
    data = pd.DataFrame({"variant": ["a", "a", "b", "c"], "step": [1, 2, 1, 1]})
    assert grey_first(data, board)["variant"].tolist() == ["c", "b", "a", "a"]


def test_names_at_the_ends_of_lines_lie_a_line_apart_and_about_where_they_end() -> None:
    ends = {"a": 50.0, "b": 50.0, "c": 90.0}
    places = apart(ends, (0.0, 100.0), 200)  # two pixels a unit, so that a name takes 6.5
    assert places["b"] - places["a"] == pytest.approx(6.5)
    assert (places["a"] + places["b"]) / 2 == pytest.approx(50.0)
    assert places["c"] == pytest.approx(90.0 - 3.25)
    decades = apart({"a": 10.0, "b": 10.0}, (1.0, 100.0), 130)  # a hundredfold over ten lines
    assert decades["b"] / decades["a"] == pytest.approx(100 ** (1 / 10))
    assert decades["a"] * decades["b"] == pytest.approx(100.0)
    assert apart({}, (0.0, 1.0), 100) == {}


def test_emphasis_asks_for_the_highlight_before_the_variant() -> None:
    channel = emphasis(0.5, picked=0.9, faint=0.1)
    assert [condition["value"] for condition in channel["condition"]] == [0.5, 0.9]
    assert channel["value"] == 0.1


def test_lines_of_the_first_few_stand_before_the_others() -> None:
    board = pd.DataFrame({"variant": ["a", "b"], "verdict": ["contender", "out"], "seeds": 1, "trials": 1})
    first, others, picked = foreground(board)["condition"]
    assert first["test"] == "highlight === '' && indexof([\"a\"], datum.variant) >= 0"
    assert first["value"] > 2 * others["value"]
    assert picked == {"test": "datum.variant === highlight", "value": 1.0}


def test_words_have_no_number_format() -> None:
    assert tooltip(variant="Variant", step="Updates") == [
        {"field": "variant", "title": "Variant", "type": "nominal"},
        {"field": "step", "title": "Updates", "type": "quantitative", "format": ".4~g"},
    ]
