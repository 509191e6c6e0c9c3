"""`ganbench variants`, `parts` and `doctor`: what there is."""

from rich.table import Table

from benchmark.cli.console import add_row, print_table, say
from benchmark.paths import Paths


def variants() -> None:
    """List the variants: what they are made of, their paper's settings, and where they come from."""
    from benchmark.commands.inventory import sets_in_words, variant_rows

    table = Table("variant", "parts", "defaults", "reference", show_lines=True)
    for row in variant_rows():
        add_row(table, *row)
    print_table(table)
    say(sets_in_words())


def parts() -> None:
    """List the parts that variants can be composed of by name, as in resnet+hinge+r1."""
    from benchmark.commands.inventory import part_rows

    table = Table("kind", "part", "reference", "limits", show_lines=True)
    for row in part_rows():
        add_row(table, *row)
    print_table(table)


def doctor() -> None:
    """Say what this machine has, and what to do about what is missing."""
    from benchmark.commands.doctor import examine

    table = Table("what", "found", "what to do", box=None, pad_edge=False)
    for finding in examine(Paths.here()):
        add_row(table, finding.topic, finding.state, finding.advice or "")
    print_table(table)
