"""The commands of `ganbench`, by name."""

import typer

from benchmark.cli.images import sample, score
from benchmark.cli.info import doctor, parts, variants
from benchmark.cli.models import register
from benchmark.cli.report import compare, report, ui
from benchmark.cli.run import run
from benchmark.cli.sync import sync
from benchmark.cli.train import train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Which GAN variant should I use, and how sure can I be? Search, score, track and compare under one budget.",
)
for command in (run, train, variants, parts, report, compare, ui, sync, sample, register, score, doctor):
    app.command()(command)


def run_command() -> int:
    """Run what the command line asks for, and give its exit code.

    Raises:
        TyperException: if there is no such command or option, or a value is not allowed.
    """
    return app(prog_name="ganbench", standalone_mode=False) or 0
