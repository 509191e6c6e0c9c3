from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.figures.ranking import ranking_figure
from reports.records.load import StudyRecords


def test_every_ranked_variant_is_named_best_first(records: StudyRecords, board: pd.DataFrame) -> None:
    svg = ElementTree.fromstring(ranking_figure(records, board, 600).replace("xlink:href", "href"))
    assert svg.attrib["aria-label"] == "Mean FID, best first: dcgan 42; hinge 44.5; wgan-gp 124"
    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert [text for text in texts if text in ("dcgan", "hinge", "wgan-gp")] == ["wgan-gp", "hinge", "dcgan"]
    assert {"floor", "noise", "FID (lower is better, logarithmic)"} <= set(texts)


def test_without_finals_there_is_no_figure(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 50.0)])
    assert ranking_figure(records, leaderboard(records), 600) == ""
