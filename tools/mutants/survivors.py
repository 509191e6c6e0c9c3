"""What no test sees, and the changes that docs/mutants.md knows to be seen by no test."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# An endless loop and a crash are no passed test.
SEEN = ("killed", "timeout", "segfault")


@dataclass(frozen=True)
class Change:
    """One change of a formula.

    Attributes:
        place: Module and function, with dots.
        before: The changed line, or what was taken from it.
        after: What stands there instead; "" if it is gone.
    """

    place: str
    before: str
    after: str

    def __str__(self) -> str:
        """A row of the table in docs/mutants.md, its reason still open."""
        return f"| {_cell(self.place)} | {_cell(self.before)} | {_cell(self.after)} | |"


def unseen(found: dict[str, str]) -> list[str]:
    """The names of mutants with which every test passed, or that no test comes by."""
    return sorted(name for name, status in found.items() if status not in SEEN)


def change_of(name: str, diff: str) -> Change:
    """A mutant's change, from its name and mutmut's diff of it."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Change(place_of(name), before, after)


def place_of(name: str) -> str:
    """`a.b.x_f__mutmut_3` is in a.b.f, and `a.b.xǁCǁf__mutmut_3` in a.b.C.f."""
    module, _, mangled = name.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def listed(page: str) -> dict[Change, str]:
    """The changes that a page knows, with the reasons that it gives."""
    rows = (re.split(r"(?<!\\)\|", line)[1:5] for line in page.splitlines() if line.startswith("| `"))
    return {Change(*(_text(cell) for cell in cells)): reason.strip() for *cells, reason in rows}


def unknown(changes: Iterable[Change], page: str) -> list[Change]:
    """The changes that a page does not know, or gives no reason for; each once."""
    known = {change for change, reason in listed(page).items() if reason}
    return [change for change in dict.fromkeys(changes) if change not in known]


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", r"\|") if text else ""


def _text(cell: str) -> str:
    return cell.strip().strip("`").replace(r"\|", "|")
