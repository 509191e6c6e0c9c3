"""The changes that mutmut makes of a file."""

from pathlib import Path

import pytest

from tools.mutants.changes import _is_asked_for


@pytest.mark.parametrize(
    ("patterns", "is_asked_for"),
    [([], True), (["ganzoo.losses.*"], True), (["reports.*", "*hinge*"], True), (["reports.*"], False)],
)
def test_changes_are_asked_for_by_patterns_of_their_names(patterns: list[str], is_asked_for: bool) -> None:
    assert _is_asked_for("ganzoo.losses.hinge.x_hinge__mutmut_1", patterns) is is_asked_for


def test_the_page_says_how_they_are_made() -> None:
    page = (Path(__file__).parents[3] / "docs/mutants.md").read_text(encoding="utf-8")
    assert "make mutants" in page
