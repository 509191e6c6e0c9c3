"""The console command `ganbench`: the one door, and the only part of the harness that knows the report."""

import os
import sys

import typer

from benchmark.addresses import redacted
from benchmark.cli.images import sample, score
from benchmark.cli.info import doctor, parts, variants
from benchmark.cli.models import register
from benchmark.cli.report import compare, report, ui
from benchmark.cli.run import run
from benchmark.cli.sync import sync
from benchmark.errors import UserError
from ganzoo.entry_points import PluginError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Which GAN variant should I use, and how sure can I be? Search, score, track and compare under one budget.",
)
for command in (run, variants, parts, report, compare, ui, sync, sample, register, score, doctor):
    app.command()(command)


def main() -> None:
    """Run the command line; a person's error is one line and exit code 2, Ctrl-C is 130."""
    # Before torch is imported anywhere: the parent of a study computes nothing that pays for threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        app()
    except (UserError, PluginError) as error:
        print(redacted(f"ganbench: {error}"), file=sys.stderr)
        sys.exit(2)
