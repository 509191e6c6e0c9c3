"""The options that say how a command prints: `--json` and `--quiet`, the same for all that have a result."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any

import typer

from benchmark.cli.console import JSON, ON, QUIET

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else; what is for people goes to stderr.")
]
ADDED = {"json": (JsonOption, JSON), "quiet": (QuietOption, QUIET)}


def with_output_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes `--json` and `--quiet` besides its own options."""

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        asked = [variable for name, (_, variable) in ADDED.items() if options.pop(name, False)]
        with printing(asked):
            command(*arguments, **options)

    own = inspect.signature(command)
    kind = inspect.Parameter.KEYWORD_ONLY
    more = [inspect.Parameter(name, kind, default=False, annotation=option) for name, (option, _) in ADDED.items()]
    wrapped.__dict__["__signature__"] = own.replace(parameters=[*own.parameters.values(), *more])
    wrapped.__annotations__ = command.__annotations__ | {name: option for name, (option, _) in ADDED.items()}
    return wrapped


@contextmanager
def printing(asked: list[str]) -> Iterator[None]:
    """Within it these variables of the environment are on, as those that are on already stay."""
    before = {variable: os.environ.get(variable, "") for variable in asked}
    os.environ.update(dict.fromkeys(asked, ON))
    try:
        yield
    finally:
        os.environ.update(before)
