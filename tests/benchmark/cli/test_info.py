"""What the console command lists: variants, parts, and what there is on this machine."""

from collections.abc import Callable
from pathlib import Path

import torch

from ganzoo.registry import VARIANTS, known_parts, sets

Command = Callable[..., tuple[int, str, str]]


def cells(out: str, column: int) -> str:
    """What stands in one column of a table, as it was before it was broken into lines."""
    lines = [line.split("│")[1:-1] for line in out.splitlines() if line.startswith("│")]
    return " ".join(row[column].strip() for row in lines)


def test_variants_are_listed_with_their_parts_and_sources(ganbench: Command) -> None:
    code, out, _ = ganbench("variants")
    assert code == 0
    assert [word for word in cells(out, 0).split() if word] == list(VARIANTS)
    made_of = cells(out, 1).replace(" ", "")
    for variant in VARIANTS.values():
        assert f"{variant.architecture.name}+{variant.loss.name}" in made_of
    assert "r3gan+relativistic-pairing+r1+r2+ema" in made_of
    assert "1701.07875" in cells(out, 3).replace(" ", "")
    assert out.splitlines()[-1] == f"Sets: core (19), lucic2018 (7), all ({len(sets()['all'])})"


def test_parts_are_listed_with_their_kinds_and_limits(ganbench: Command) -> None:
    code, out, _ = ganbench("parts")
    assert code == 0
    kinds = known_parts().kinds()
    assert cells(out, 0).split() == [kind for kind, catalog in kinds.items() for _ in catalog]
    assert cells(out, 1).replace(" ", "") == "".join(name for catalog in kinds.values() for name in catalog)
    assert "Bounds no slope." in " ".join(cells(out, 3).split())


def test_the_doctor_says_what_is_here_and_what_to_do(ganbench: Command, studies: Path) -> None:
    code, out, _ = ganbench("doctor")
    assert code == 0
    lines = {" ".join(line.split()[:2]): line for line in out.splitlines() if line.strip()}
    assert "present" in lines["dataset digits"]
    assert "missing" in lines["dataset mnist"]
    assert "present" in lines["extractor digits-cnn"]
    assert torch.__version__.partition("+")[0] in out
    listed = out.partition("\nstudies ")[2].replace(",", " ").split()
    assert {"tiny", "digits", "smoke"} <= set(listed)
