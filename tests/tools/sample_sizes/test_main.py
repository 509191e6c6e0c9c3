from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments
from tools.sample_sizes import __main__ as command
from tools.sample_sizes.__main__ import METRICS, main, measured, tables
from tools.sample_sizes.generators import Field, gaussians


def few(images: int) -> Field:
    """Every third of the made generators: one that is moved, then further, and further."""
    field = gaussians(images)
    return replace(field, names=field.names[::3], pools=field.pools[::3], fids=field.fids[::3])


def test_samples_are_disjoint_parts_of_the_pools() -> None:
    field = few(200)
    found = measured(field, "fid", 80, 2)
    assert found is not None
    real = field.real.mu, field.real.sigma
    expected = [
        [frechet_distance(moments(pool[start : start + 80]), real, field.real.sigma_root) for pool in field.pools]
        for start in (0, 80)
    ]
    np.testing.assert_allclose(found[0], expected, rtol=1e-9)
    assert found[1] > 0


def test_what_takes_more_images_is_not_measured() -> None:
    assert measured(few(300), "fid_infinity", 259, 1) is None
    assert measured(few(300), "fid_infinity", 260, 1) is not None


def test_cells() -> None:
    by_fid, by_itself, costs = tables(few(400), (50, 300), 400)
    assert [len(row) for row in by_fid + by_itself + costs] == [len(METRICS)] * 6
    assert by_fid[0][1] == by_itself[0][1] == costs[0][1] == ""
    # Four generators that are moved further and further: of 300 images MIND tells all of them apart.
    assert by_fid[1][METRICS.index("mind")] == "1.00 ± 0.00"


def test_the_page_of_tables(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "FIELDS", {"few": few})
    threads = torch.get_num_threads()
    main(pool=200)
    torch.set_num_threads(threads)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "few: moved 0.15; moved 0.259; moved 0.448; moved 0.774"
    assert [line for line in lines if line.startswith("few, ")] == [f"few, {title}" for title in command.TITLES]
    assert lines.count("| images | FID | FID, extrapolated | KID | MIND | CMMD |") == 3
    assert [line.split(" | ")[0] for line in lines if line[:3] in ("| 5", "| 1")] == ["| 50", "| 100"] * 3
