"""`ganbench init`: a study spec to edit."""

from typing import Annotated

import typer

from benchmark.cli.console import answer, print_document
from benchmark.paths import Paths
from benchmark.typed_commands import typed_command


def init(
    name: Annotated[str, typer.Argument(help="Of the study: letters, digits and dashes.")] = "my-study",
    begin_from: Annotated[
        str, typer.Option("--from", help="The spec to begin from; if not given, the one that fits the data set.")
    ] = "",
    dataset: Annotated[str, typer.Option(help="A data set, or folder:PATH of your own pictures.")] = "",
) -> None:
    """Write a commented study spec to edit, studies/NAME.toml; nothing is ever overwritten."""
    from benchmark.commands.new_study import write_new_study

    written = write_new_study(name, begin_from, dataset, Paths.here())
    answer(f"{written}: edit it, then run it with: {typed_command('run', name)}")
    print_document({"file": str(written)})
