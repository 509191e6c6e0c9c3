"""Changes as rows of a table; and what docs/mutants.md says, held to the code."""

from pathlib import Path

import pytest

from tools.mutants.survivors import Change, change_of, listed, place_of, unknown, unseen

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/mutants.md").read_text(encoding="utf-8")
DIFF = """\
--- a/b.py
+++ a/b.py
@@ -1,2 +1,2 @@
 def f(x):
-    return x | 1
+    return x & 1
"""


def test_an_endless_loop_and_a_crash_are_seen() -> None:
    found = dict.fromkeys("abc", "killed") | {"d": "survived", "e": "no tests", "f": "timeout", "g": "suspicious"}
    assert unseen(found) == ["d", "e", "g"]


@pytest.mark.parametrize(
    ("name", "place"),
    [("a.b.x_f__mutmut_12", "a.b.f"), ("a.b.x__f__mutmut_1", "a.b._f"), ("a.b.xǁCǁf__mutmut_3", "a.b.C.f")],
)
def test_a_mutant_s_name_has_its_place(name: str, place: str) -> None:
    assert place_of(name) == place


def test_a_change_is_a_row_of_a_table_and_comes_back_from_it() -> None:
    change = change_of("a.b.x_f__mutmut_1", DIFF)
    assert change == Change("a.b.f", "return x | 1", "return x & 1")
    row = str(change)
    assert row == r"| `a.b.f` | `return x \| 1` | `return x & 1` | |"
    assert listed(f"| place |\n| --- |\n{row[:-1]}the same for 0 and 1 |\n") == {change: "the same for 0 and 1"}
    gone = Change("a.b.f", "y,", "")
    assert list(listed(str(gone))) == [gone]


def test_what_is_not_listed_or_has_no_reason_is_unknown_once() -> None:
    one, other, third = (Change("a.f", text, "None") for text in ("x", "y", "z"))
    page = f"{str(one)[:-1]}why |\n{other}\n"
    assert unknown([one, other, third, third], page) == [other, third]


def test_every_listed_change_is_of_a_line_that_is_still_there() -> None:
    for change, reason in listed(PAGE).items():
        assert reason, change
        parts = change.place.split(".")
        (file,) = [
            path for n in range(1, len(parts)) if (path := ROOT.joinpath(*parts[:n]).with_suffix(".py")).is_file()
        ]
        lines = " ".join(line.strip() for line in file.read_text(encoding="utf-8").splitlines())
        assert change.before in lines, change
