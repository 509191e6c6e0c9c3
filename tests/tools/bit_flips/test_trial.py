"""One flip, with a stand-in for the command: what is judged how, and that the original stays."""

import random
from pathlib import Path

import pytest

from tools.bit_flips.study import Outcome
from tools.bit_flips.trial import FAULT, REFUSED, SAME, Case, judged, try_flip

TABLES = {"runs.csv": "a,b\n1,2\n"}


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome(0, "", TABLES), SAME),
        (Outcome(0, "ganbench: a: damaged; made again\n", TABLES), SAME),
        (Outcome(0, "", {"runs.csv": "a,b\n1,3\n"}), FAULT),
        (Outcome(0, "", {}), FAULT),
        (Outcome(0, "Traceback (most recent call last):\n", TABLES), FAULT),
        (Outcome(2, "ganbench: a: move it away\n", {}), REFUSED),
        (Outcome(2, "ganbench: a: damaged; again\nganbench: b: move it away\n", {}), REFUSED),
        (Outcome(2, "ganbench: a\n  File b\n", {}), FAULT),
        (Outcome(2, "", {}), FAULT),
        (Outcome(1, "ganbench: a: move it away\n", {}), FAULT),
    ],
)
def test_only_the_same_table_or_one_line_will_do(outcome: Outcome, verdict: str) -> None:
    assert judged(outcome, TABLES) == verdict


def test_a_copy_is_changed_and_the_original_stays(tmp_path: Path) -> None:
    checkout, copy, seen = tmp_path / "checkout", tmp_path / "copy", []
    (checkout / "runs").mkdir(parents=True)
    (checkout / "runs" / "file").write_bytes(b"whole")

    def command(root: Path) -> Outcome:
        seen.append((root / "runs" / "file").read_bytes())
        return Outcome(0, "", TABLES if len(seen) == 1 else {})

    chance, case = random.Random(0), Case(command, TABLES)
    assert try_flip(checkout, copy, "runs/file", chance, case).verdict == SAME
    assert not copy.exists()
    assert try_flip(checkout, copy, "runs/file", chance, case).verdict == FAULT
    assert (copy / "runs" / "file").read_bytes() == seen[1]
    assert all(len(content) == 5 and content != b"whole" for content in seen)
    assert (checkout / "runs" / "file").read_bytes() == b"whole"
