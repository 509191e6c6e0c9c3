from dataclasses import replace

import pandas as pd
import pytest

from benchmark.metrics.catalog import known_scores
from benchmark.records import Protocol
from benchmark.spec.protocols.catalog import known_protocols
from ganzoo.registry import find_variant
from reports.text.published import FILE, published

PROTOCOL = Protocol(
    *("mnist", 28, "test", 10_000, 10_000, "inception-v3-compat", "0" * 16, "accumulated", "0.4.0"), name="lucic2018"
)


def test_a_row_as_it_was_printed():
    """Table 3 of Lucic et al. 2018, as quoted by a later paper."""
    found = published(PROTOCOL, "fid")
    assert (found["wgan-gp-lucic"].mean, found["wgan-gp-lucic"].std) == (20.3, 5.0)
    assert found["began"].mean == 13.1
    assert len(found) == 7


@pytest.mark.parametrize(
    "other",
    [replace(PROTOCOL, name=""), replace(PROTOCOL, name="kurach2019"), replace(PROTOCOL, dataset="digits"), None],
)
def test_nothing_under_another_protocol(other):
    assert published(other, "fid") == {}


def test_another_score_has_none():
    assert published(PROTOCOL, "kid") == {}


def test_every_row_names_things_that_exist():
    table = pd.read_csv(FILE)
    assert set(table["protocol"]) <= known_protocols().keys()
    assert set(table["score"]) <= known_scores().keys()
    assert all(find_variant(name).name == name for name in table["variant"].unique())
    assert table["source"].notna().all()
    assert not table.duplicated(["protocol", "dataset", "variant", "score"]).any()
