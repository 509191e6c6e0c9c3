from collections.abc import Callable
from xml.etree import ElementTree

import pandas as pd

from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.figures.ranking import ranking_figure
from reports.records.load import StudyRecords


def test_every_ranked_variant_is_named_best_first(records: StudyRecords, board: pd.DataFrame) -> None:
    svg = ElementTree.fromstring(ranking_figure(records, board, 600).replace("xlink:href", "href"))
    assert svg.attrib["aria-label"] == "Mean FID, in the order of the table: dcgan 42; hinge 44.5; wgan-gp 124"
    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert [text for text in texts if text in ("dcgan", "hinge", "wgan-gp")] == ["wgan-gp", "hinge", "dcgan"]
    assert {"floor", "noise", "FID (lower is better, logarithmic)"} <= set(texts)


def test_fewer_than_four_seeds_have_no_bar(
    make_record: Callable[..., TrialRecord], in_memory: Callable[..., StudyRecords]
) -> None:
    entries = [make_record("dcgan", "final", n, fid) for n, fid in enumerate([10.0, 60.0, 90.0, 95.0])]
    for seeds, bars in ((3, 0), (4, 1)):
        records = in_memory(entries[:seeds])
        svg = ElementTree.fromstring(ranking_figure(records, leaderboard(records), 600).replace("xlink:href", "href"))
        styles = [path.get("style", "") for path in svg.iter() if path.tag.endswith("path")]
        assert sum("stroke-width: 2;" in style for style in styles) == bars


def test_without_finals_there_is_no_figure(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    records = in_memory([make_record("dcgan", "trial", 0, 50.0)])
    assert ranking_figure(records, leaderboard(records), 600) == ""
