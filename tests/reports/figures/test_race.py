from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.figures.race import race_figure
from reports.records.load import StudyRecords


def test_every_variant_in_the_race_has_a_row_with_how_far_above_the_best_it_was(
    records: StudyRecords, board: pd.DataFrame
) -> None:
    svg = ElementTree.fromstring(race_figure(records, board, 600).replace("xlink:href", "href"))
    assert svg.attrib["aria-label"] == "The race: after 6 seeds 2 of 3 left (out: wgan-gp)"
    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert [text for text in texts if text in ("dcgan", "hinge", "wgan-gp")] == ["wgan-gp", "hinge", "dcgan"]
    factors = board.set_index("variant")["factor"]
    assert {"1.00", f"{factors['hinge']:.2f}", f"{factors['wgan-gp']:.2f}", "6"} <= set(texts)


def test_before_the_first_look_there_is_no_figure(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "final", 0, 50.0)])
    assert race_figure(records, leaderboard(records), 600) == ""
