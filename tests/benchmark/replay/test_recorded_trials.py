"""A table of trials as it is read: what is left out, where settings lie, and what is refused."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_records import SPACE, about, rows

from benchmark.errors import UserError
from benchmark.replay.recorded_trials import read_trials


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four trials of the search: whole, diverged, pruned, whole; and one with settings outside of the ranges."""
    table = pd.concat(
        [
            rows(0, {"lr_generator": 2e-5, "beta1": 0.5}, {100: 9.0, 300: 8.0}),
            rows(1, {"lr_generator": 1e-3, "beta1": 0.0}, {100: 4.0, 300: 2.0}),
            rows(2, {"lr_generator": 1e-2, "beta1": 0.5}, {100: 5.0, 300: np.nan}, "diverged"),
            rows(3, {"lr_generator": 1e-4, "beta1": 0.0}, {100: 7.0}, "pruned"),
            rows(4, {"lr_generator": 1e-4, "beta1": 0.5}, {100: 6.0, 300: 3.0}),
        ]
    )
    table.attrs.update(about())
    table.to_parquet(tmp_path / "trials.parquet", index=False)
    return tmp_path / "trials.parquet"


def test_whole_trials_within_the_ranges_are_read(path: Path) -> None:
    recorded = read_trials(path)
    assert (recorded.study, recorded.score, recorded.trials, recorded.cohort) == ("made-0", "fid", 8, 2)
    assert recorded.stopped == {"dcgan": 1}
    dcgan = recorded.variants["dcgan"]
    assert dcgan.rungs == (100, 300)
    np.testing.assert_array_equal(dcgan.settings, [[1e-3, 0.0], [1e-2, 0.5], [1e-4, 0.5]])
    np.testing.assert_allclose(dcgan.places, [[0.5, 0], [1, 1], [0, 1]], atol=1e-12)
    np.testing.assert_array_equal(dcgan.scores, [[4, 2], [5, np.nan], [6, 3]])


def test_settings_have_their_place(path: Path) -> None:
    dcgan = read_trials(path).variants["dcgan"]
    place = dcgan.place_of({"lr_generator": 10**-3.5, "beta1": 0.5})
    np.testing.assert_allclose(place, [0.25, 1.0], atol=1e-12)


def changed(path: Path, **attributes: object) -> None:
    table = pd.read_parquet(path)
    table.attrs.update(attributes)
    table.to_parquet(path, index=False)


@pytest.mark.parametrize("attributes", [{"kind": "other"}, {"version": 2}])
def test_another_table_is_refused(path: Path, attributes: dict[str, object]) -> None:
    changed(path, **attributes)
    with pytest.raises(UserError, match=r"no table of trials; must be the trials.parquet of a report, version 1$"):
        read_trials(path)


def test_what_is_no_table_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "trials.parquet").write_bytes(b"PAR1 and no more")
    for path in (tmp_path / "trials.parquet", tmp_path / "absent.parquet", tmp_path):
        with pytest.raises(UserError, match=r"cannot be read as Parquet") as refused:
            read_trials(path)
        assert "\n" not in str(refused.value)


def test_a_table_without_a_whole_trial_is_refused(tmp_path: Path) -> None:
    table = rows(0, {"lr_generator": 1e-3, "beta1": 0.0}, {100: 4.0}, "pruned")
    table.attrs.update(about())
    table.to_parquet(tmp_path / "trials.parquet", index=False)
    with pytest.raises(UserError, match=r"no trial that ran to its end with settings of the search"):
        read_trials(tmp_path / "trials.parquet")


@pytest.mark.parametrize(
    "spaces", [{}, {"dcgan": {"lr_generator": {"low": 1.0}}}, {"dcgan": {"nope": {"low": 1, "high": 2}}}]
)
def test_a_damaged_table_is_one_line(path: Path, spaces: dict[str, object]) -> None:
    changed(path, spaces=spaces)
    with pytest.raises(
        UserError, match=r"trials.parquet: a damaged table of trials \(.*\); write the report again"
    ) as refused:
        read_trials(path)
    assert "\n" not in str(refused.value)


def test_a_variant_that_diverged_always_is_left_out_and_scores_below_0_are_refused(tmp_path: Path) -> None:
    lost = rows(0, {"lr_generator": 1e-3, "beta1": 0.0}, {100: 4.0, 300: np.nan}, "diverged")
    found = rows(0, {"lr_generator": 1e-3, "beta1": 0.0}, {100: 4.0, 300: 2.0}).assign(variant="hinge")
    for scale in (1.0, -1.0):
        table = pd.concat([lost, found.assign(score=scale * found["score"])])
        table.attrs.update(about() | {"spaces": dict.fromkeys(("dcgan", "hinge"), SPACE)})
        table.to_parquet(tmp_path / "trials.parquet", index=False)
        if scale > 0:
            assert list(read_trials(tmp_path / "trials.parquet").variants) == ["hinge"]
    with pytest.raises(UserError, match=r"trials.parquet: fid of 0 or less; what is found is a multiple"):
        read_trials(tmp_path / "trials.parquet")
