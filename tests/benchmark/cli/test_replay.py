"""`ganbench replay` as it is typed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "replay"))

from made_records import made

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    draw = np.random.default_rng(0)
    return made(tmp_path / "trials.parquet", 60, lambda: float(draw.normal(0, 0.1)))


def test_a_row_a_method_and_one_line(ganbench: Command, records: Path, tmp_path: Path) -> None:
    words = ("replay", "--records", str(tmp_path), "--sampler", "random", "--pruner", "none,halving", "--repeats", "4")
    code, out, err = ganbench(*words, "--output", str(tmp_path / "found.csv"), where=tmp_path)
    assert (code, err) == (0, "")
    first, head, *rows, last = out.splitlines()
    assert first.startswith("dcgan: 60 trials, nearest ones agree by 0.")
    assert head.split() == ["sampler", "pruner", "after", "1,200", "updates", "after", "2,400", "updates"]
    assert [row.split()[:2] for row in rows] == [["random", "none"], ["random", "halving"]]
    assert last.endswith("times the best recorded, over 1 variant of made-0 and 4 searches of each")
    found = pd.read_csv(tmp_path / "found.csv", keep_default_na=False)
    assert list(found.columns) == ["sampler", "pruner", "variant", "updates", "times_best", "low", "high"]
    assert len(found) == 2 * 2 * 8
    document = json.loads(ganbench(*words, "--json", where=tmp_path)[1])
    assert (document["study"], document["score"], len(document["found"])) == ("made-0", "fid", 32)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--sampler", "tpa"),
            "ganbench: unknown sampler 'tpa': did you mean 'tpe'? Known: tpe, tpe-independent, random",
        ),
        (("--pruner", "half"), "ganbench: unknown pruner 'half': did you mean 'halving'?"),
        (("--trials", "40", "--repeats", "2"), "ganbench: dcgan: 60 recorded trials are all taken after "),
    ],
    ids=["sampler", "pruner", "too few"],
)
def test_what_cannot_be_is_one_line(
    ganbench: Command, records: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code, _, err = ganbench("replay", "--records", str(records), *words, where=tmp_path)
    assert code == 2
    assert err.startswith(told)
    assert len(err.splitlines()) == 1


def test_a_file_that_is_none_is_named(ganbench: Command, tmp_path: Path) -> None:
    code, _, err = ganbench("replay", "--records", str(tmp_path / "absent.parquet"), where=tmp_path)
    assert code == 2
    assert err.startswith(f"ganbench: {tmp_path / 'absent.parquet'}: cannot be read as Parquet")
    assert len(err.splitlines()) == 1
