import json
import math

import pandas as pd

from reports.charts.chart import Chart, emphasis, label_of, quantity, tooltip, variant_colour


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


def test_few_variants_have_a_legend_and_many_none() -> None:
    assert variant_colour(["a", "b"])["legend"]["orient"] == "top"
    many = variant_colour([f"v{n}" for n in range(7)])
    assert many["legend"] is None
    assert many["scale"]["range"][6] == many["scale"]["range"][0] == "var(--series-0)"


def test_emphasis_asks_for_the_highlight_before_the_variant() -> None:
    channel = emphasis(0.5, picked=0.9, faint=0.1)
    assert [condition["value"] for condition in channel["condition"]] == [0.5, 0.9]
    assert channel["value"] == 0.1


def test_words_have_no_number_format() -> None:
    assert tooltip(variant="Variant", step="Updates") == [
        {"field": "variant", "title": "Variant", "type": "nominal"},
        {"field": "step", "title": "Updates", "type": "quantitative", "format": ".4~g"},
    ]
