"""The pages of docs/ cut into what a reader may type: files to write, Python to run, commands, pieces of specs."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ONE_MORE_LINE = ", one more line"  # of a title: the file is there, and the block is added at its end
ONE_MORE_ENTRY = re.compile(r", one more entry of (?P<name>\w+)$")  # the block is added at the end of that dictionary
BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^>]+) -->\n)?"
    r'^(?P<fence>```+)(?P<language>[\w-]*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^(?P=fence)$',
    re.MULTILINE | re.DOTALL,
)
GIVEN = re.compile(r"^<!-- given: ([^>]+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        language: As the fence says: console, python, toml ...
        title: The file that it is, "" if it is none.
        text: What stands in it.
        reason: Why it cannot be run here; "" if it can.
    """

    language: str
    title: str
    text: str
    reason: str

    @property
    def is_added(self) -> bool:
        """Whether it is put at the end of a file that is there."""
        return self.title.endswith(ONE_MORE_LINE)

    @property
    def dictionary(self) -> str:
        """The constant of a file that it is an entry of; "" if it is none."""
        found = ONE_MORE_ENTRY.search(self.title)
        return found["name"] if found else ""

    @property
    def file(self) -> str:
        """The path of the file that it is or is added to."""
        return ONE_MORE_ENTRY.sub("", self.title.removesuffix(ONE_MORE_LINE))


@dataclass(frozen=True)
class Command:
    """A line of a console block.

    Attributes:
        line: As it is typed, without the prompt and without a comment.
        refusal: What it answers, if it is refused; else "".
    """

    line: str
    refusal: str


def pages() -> list[str]:
    """The names of all pages within docs/."""
    return sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def page(name: str) -> str:
    """The text of a page."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """All fenced blocks, in order."""
    return [
        Block(found["language"], found["title"] or "", found["text"], (found["reason"] or "").strip())
        for found in BLOCK.finditer(text)
    ]


def givens(text: str) -> list[str]:
    """What a page takes for granted, in the words of its hidden comments."""
    return [each.strip() for each in GIVEN.findall(text)]


def commands(block: Block) -> list[Command]:
    """What is typed in a console block, and which of it is refused."""
    found: list[Command] = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append(Command(re.split(r"\s+# ", line[2:])[0].strip(), ""))
        elif line.startswith("ganbench: ") and found:
            found[-1] = Command(found[-1].line, line)
    return found


def spans(text: str) -> list[str]:
    """Calls of make and of ganbench between backticks."""
    prose = BLOCK.sub("", text)
    return re.findall(r"`((?:\.venv/bin/)?(?:make|ganbench) [^`]+)`", prose)


def write(block: Block, root: Path) -> None:
    """Put a titled block where its title says, below a checkout."""
    file = root / block.file
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if block.is_added or block.dictionary else ""
    if block.dictionary:
        entries = re.search(rf"^{block.dictionary}\b[^\n]*\{{\n.*?(?=^\}})", before, re.MULTILINE | re.DOTALL)
        assert entries, f"{block.title}: no such dictionary"
        file.write_text(before[: entries.end()] + block.text + before[entries.end() :], encoding="utf-8")
        return
    file.write_text(before + block.text, encoding="utf-8")
