"""`ganbench plan`: what a study will take."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from benchmark.cli.console import add_row, answer, print_document, print_table, say
from benchmark.cli.options import SetOption, StudyOption, VariantOption
from benchmark.names import chosen_names
from benchmark.paths import Paths
from benchmark.plain_text import counted
from benchmark.study.existing import spec_to_run


def plan(
    study: StudyOption = "digits",
    variant: VariantOption = None,
    workers: Annotated[int, typer.Option(min=0, max=4096, help="With how many at most; 0: as many as cores.")] = 0,
    overrides: SetOption = None,
) -> None:
    """Say what a study will take with one worker, two, and more, on CPUs like this one; nothing is trained for it.

    From what runs took on this machine, in this study or in others; a variant of which there is none is measured for
    some seconds. How many seeds the race will want is a guess until it has run.
    """
    from benchmark.commands.plan import planned, sizes_up_to
    from benchmark.study.launch import resolve_variants
    from reports.text.formats import duration

    paths = Paths.here()
    spec = spec_to_run(study, overrides or (), paths)
    variants = resolve_variants(chosen_names(variant, "--variant"), spec)
    found = planned(spec, variants, sizes_up_to(workers), paths, say)
    table = Table("workers", "time", "idle", "parent busy", box=None, pad_edge=False)
    for column in table.columns:
        column.justify = "right"
    for each in found.tables:
        add_row(table, str(each.workers), duration(each.seconds), f"{each.idle:.0%}", f"{each.parent:.0%}")
    print_table(table)
    last = found.tables[-1]
    answer(
        f"{spec.study_id}: {'' if found.is_replay else 'about '}{counted(found.runs, 'run')} of "
        f"{counted(len(variants), 'variant')}{', as it went' if found.is_replay else ''}, "
        f"{duration(last.seconds)} with {counted(last.workers, 'worker')}"
    )
    print_document(
        {
            "study": spec.study_id,
            "runs": found.runs,
            "is_replay": found.is_replay,
            "tables": [asdict(each) for each in found.tables],
            "paces": {name: asdict(pace) for name, pace in found.paces.items()},
        }
    )
