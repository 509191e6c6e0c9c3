"""The options of every command, as `ganbench COMMAND --help` says them, for docs/commands.md."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from benchmark.cli.app import app
from tools.documentation.markdown import table

BEGIN, END = "<!-- options: written by make docs -->", "<!-- end of options -->"


def with_options(page: str) -> str:
    """The page with the options of all commands between its two marks.

    Args:
        page: With `BEGIN` and `END` in it, each once.
    """
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    options = "\n\n".join(_sections())
    return f"{before}{BEGIN}\n\n{options}\n\n{END}{after}"


def _sections() -> Iterator[str]:
    group: Any = get_command(app)
    yield f"### Before any command\n\n{_parameters(group)}"
    for name, command in _commands(group):
        yield f"### ganbench {name}\n\n{_flowing(command.help)}\n\n{_parameters(command)}"


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by what is typed, those of groups after the group's name."""
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from _commands(command, f"{before}{name} ") if inner else [(f"{before}{name}", command)]


def _parameters(command: Any) -> str:
    rows = [_row(each) for each in command.params]
    return table(("option", "default", "what it is"), rows) if rows else "No options."


def _row(parameter: Any) -> tuple[str, str, str]:
    """Name, default and help of an option or argument."""
    is_argument = parameter.param_type_name == "argument"
    takes = "" if is_argument or getattr(parameter, "is_flag", False) else f" {parameter.metavar or 'VALUE'}"
    names = [(parameter.metavar or parameter.name.upper())] if is_argument else parameter.opts
    has_default = parameter.default not in (None, "") and parameter.default is not False
    default = "required" if parameter.required else f"`{parameter.default}`" if has_default else ""
    variable = f" Or `{parameter.envvar}`." if getattr(parameter, "envvar", None) else ""
    told = f"{_flowing(parameter.help or '')}{variable}".replace("|", "\\|")
    return ", ".join(f"`{name}{takes}`" for name in names), default, told


def _flowing(text: str) -> str:
    """A text whose lines end where its paragraphs do."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
