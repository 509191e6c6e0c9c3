"""`ganbench prune`: room that studies need no more."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from benchmark.cli.console import add_row, answer, print_document, print_table, say
from benchmark.cli.options import SetOption, StudyOption
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.study.existing import existing_spec

if TYPE_CHECKING:
    from benchmark.commands.prune import Saving

MB = 10**6


def prune(
    study: StudyOption = "digits",
    overrides: SetOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every study under runs/, and what they share: statistics, prepared data.")
    ] = False,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Also checkpoints of runs that have not ended; they begin again.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
) -> None:
    """Free what finished runs need no more, and say what; records, reports and final runs' weights stay.

    The same study trains nothing when it is run again, gives the same table, and goes on with more seeds.
    """
    from benchmark.commands.prune import at_rest, free, savings, shared_savings, study_ids

    paths = Paths.here()
    known = study_ids(paths)
    ids = known if everything else [_study_id(study, overrides, paths, known)]
    with ExitStack() as held:
        resting = []
        for each in ids:
            try:
                held.enter_context(at_rest(paths, each))
                resting.append(each)
            except UserError as error:
                if not everything:
                    raise
                say(str(error))
        found = [saving for each in resting for saving in savings(paths, each, unfinished=unfinished)]
        if everything and resting == ids:  # a study that runs may want them in a moment
            found += shared_savings(paths)
        _show(found)
        names = ", ".join(resting) or "no study"
        total, freed = sum(saving.size for saving in found), 0 if dry_run else free(found)
        if dry_run:
            answer(f"{names}: {total / MB:,.1f} MB would be free; nothing was removed")
        else:
            answer(f"{names}: {freed / MB:,.1f} of {total / MB:,.1f} MB are free now")
        print_document({"studies": resting, "bytes": total, "bytes_freed": freed, "what": _by_reason(found)})


def _study_id(study: str, overrides: Sequence[str] | None, paths: Paths, known: Sequence[str]) -> str:
    """The id of a study that has run: as it is given, or of the spec that is given."""
    if study in known:
        return study
    study_id = existing_spec(study, overrides or (), paths).study_id
    if study_id not in known:
        there = ", ".join(known) or "none"
        raise UserError(f"no runs of study {study_id} under {paths.runs}; there are: {there} (--study takes these too)")
    return study_id


def _show(found: "Sequence[Saving]") -> None:
    if not found:
        return
    table = Table("what", "files", "MB", box=None, pad_edge=False)
    for row in _by_reason(found):
        add_row(table, str(row["what"]), f"{row['files']:,}", f"{int(row['bytes']) / MB:,.1f}")
    print_table(table)


def _by_reason(found: "Sequence[Saving]") -> list[dict[str, str | int]]:
    """What would be removed: why, how many files and how many bytes."""
    sizes: dict[str, list[int]] = {}
    for saving in found:
        sizes.setdefault(saving.reason, []).append(saving.size)
    return [{"what": reason, "files": len(each), "bytes": sum(each)} for reason, each in sizes.items()]
