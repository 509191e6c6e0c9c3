"""`ganbench variants`, `parts` and `doctor`: what there is."""

from dataclasses import asdict

from rich.table import Table

from benchmark.cli.console import add_row, answer, print_document, print_table
from benchmark.paths import Paths


def variants() -> None:
    """List the variants: what they are made of, their paper's settings, and where they come from."""
    from benchmark.commands.inventory import sets_in_words, variant_facts, variant_rows
    from benchmark.plugins import check_plugins
    from ganzoo.registry import sets

    check_plugins()
    table = Table("variant", "parts", "defaults", "reference", show_lines=True)
    for row in variant_rows():
        add_row(table, *row)
    print_table(table)
    answer(sets_in_words())
    print_document({"variants": variant_facts(), "sets": sets()})


def parts() -> None:
    """List the parts that variants can be composed of by name, as in resnet+hinge+r1."""
    from benchmark.commands.inventory import part_rows
    from benchmark.plugins import check_plugins

    check_plugins()
    table = Table("kind", "part", "reference", "limits", show_lines=True)
    rows = list(part_rows())
    for row in rows:
        add_row(table, *row)
    print_table(table)
    print_document({"parts": [dict(zip(("kind", "name", "reference", "limits"), row, strict=True)) for row in rows]})


def doctor() -> None:
    """Say what this machine has, and what to do about what is missing or broken."""
    from benchmark.commands.doctor import examine
    from benchmark.plugins import check_plugins

    table = Table("what", "found", "what to do", box=None, pad_edge=False)
    findings = list(examine(Paths.here()))
    for finding in findings:
        add_row(table, finding.topic, finding.state, finding.advice or "")
    print_table(table)
    print_document({"findings": [asdict(finding) for finding in findings]})
    check_plugins()  # after all that there is to say: a broken package is an error here, too
