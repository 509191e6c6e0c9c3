"""docs/commands.md, and what it says of options."""

from pathlib import Path

from typer.main import get_command

from benchmark.cli.app import app
from tools.documentation.commands import BEGIN, END, with_options

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


def test_the_page_is_as_the_commands_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_options(text) == text, "make docs"


def test_every_command_and_every_option_of_it_is_there() -> None:
    written = with_options(f"before\n{BEGIN}old{END}\nafter")
    assert written.startswith("before\n")
    assert written.endswith("\nafter")
    assert "old" not in written.split()
    sections = {part.partition("\n")[0]: part for part in written.split("### ganbench ")[1:]}
    group = get_command(app).commands  # type: ignore[attr-defined]
    commands = {name: command for name, command in group.items() if not hasattr(command, "commands")}
    commands |= {f"extractor {name}": command for name, command in group["extractor"].commands.items()}
    assert len(commands) == len(group)
    assert set(sections) == set(commands)
    for name, command in commands.items():
        for each in command.params:
            shown = each.opts if each.param_type_name == "option" else [each.metavar or each.name.upper()]
            assert [option for option in shown if f"`{option}" not in sections[name]] == [], name
    told = "Worker processes, 0 for one a core or one a GPU; ray or ray://HOST:PORT: a cluster's."
    assert f"| `--workers VALUE` | `0` | {told} |" in sections["run"]
    assert "| `BEFORE` | required |" in sections["compare"]


def test_the_page_names_the_keys_of_every_document() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in (
        "run",
        "report",
        "compare",
        "score",
        "variants",
        "parts",
        "doctor",
        "sample",
        "sync",
        "register",
        "init",
        "train",
        "prune",
    ):
        rows = [line for line in text.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]]
        (row,) = rows
        assert row.count("`") >= 4
