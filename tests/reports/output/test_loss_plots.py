"""A PNG of losses for every final run, drawn once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmark.records import TrialRecord
from reports.output.loss_plots import FOLDER, plot_path, write_loss_plots, write_plots_of
from reports.records.load import StudyRecords

Make, Gather = Callable[..., TrialRecord], Callable[..., StudyRecords]


def test_every_final_run_has_one_and_trials_have_none(records: StudyRecords, tmp_path: Path) -> None:
    write_loss_plots(records, tmp_path)
    finals = records.runs[records.runs["kind"] == "final"]
    wanted = {plot_path(row["variant"], row["number"]) for _, row in finals.iterrows()}
    assert {path.relative_to(tmp_path).as_posix() for path in (tmp_path / FOLDER).iterdir()} == wanted
    with Image.open(tmp_path / plot_path("dcgan", 0)) as image:
        assert image.size == (800, 320)


def test_the_curves_are_where_their_values_are(make_record: Make, in_memory: Gather, tmp_path: Path) -> None:
    """A discriminator's loss that rises from left to right, alone: blue pixels rise, too."""
    entry = make_record("dcgan", "final", 0, 40.0)
    rising = {"loss_discriminator": tuple((step, float(step)) for step in range(10, 1001, 10))}
    write_loss_plots(in_memory([replace(entry, curves=rising)]), tmp_path)
    with Image.open(tmp_path / plot_path("dcgan", 0)) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    # Below the legend, and left of the other player's half.
    blue = (np.abs(pixels - (0, 90, 148)).sum(axis=2) < 40)[60:, :390]
    rows, columns = np.nonzero(blue)
    assert columns.max() - columns.min() > 250
    assert np.corrcoef(columns, rows)[0, 1] < -0.99


def test_what_is_there_is_left_and_what_changed_is_drawn_again(
    make_record: Make, in_memory: Gather, tmp_path: Path
) -> None:
    entries = [make_record("dcgan", "final", n, 40.0) for n in range(2)]
    write_loss_plots(in_memory(entries), tmp_path)
    paths = [tmp_path / plot_path("dcgan", n) for n in range(2)]
    before = [path.stat().st_mtime_ns for path in paths]
    changed = replace(entries[0], curves={"loss_generator": ((10, 1.0), (20, 2.0))})
    write_loss_plots(in_memory([changed, entries[1]]), tmp_path)
    again = [path.stat().st_mtime_ns for path in paths]
    assert again[0] != before[0]
    assert again[1] == before[1]


@pytest.mark.parametrize("kind", ["final", "paper"])
def test_what_was_drawn_when_its_run_ended_is_not_drawn_again(
    kind: str, make_record: Make, in_memory: Gather, tmp_path: Path
) -> None:
    entries = [make_record("dcgan", kind, n, 40.0) for n in range(2)]
    write_plots_of(entries, tmp_path)
    paths = [tmp_path / plot_path(entry.config.entrant, entry.config.number) for entry in entries]
    before = [path.stat().st_mtime_ns for path in paths]
    write_loss_plots(in_memory(entries), tmp_path)
    assert [path.stat().st_mtime_ns for path in paths] == before
    assert len(list((tmp_path / FOLDER).iterdir())) == len(paths)


def test_names_that_are_no_names_of_files_stay_apart() -> None:
    one, other = plot_path("../a b", 3), plot_path("../a/b", 3)
    assert one != other
    assert all(path.startswith("losses/..-a-b-") and path.count("/") == 1 for path in (one, other))
    assert plot_path("resnet+hinge", 12) == "losses/resnet+hinge-final-0012.png"
