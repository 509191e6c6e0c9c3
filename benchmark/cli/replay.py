"""`ganbench replay`: samplers and pruners tried on recorded trials."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from benchmark.cli.console import add_row, answer, print_document, print_table, say
from benchmark.cli.output_file import check_output, write_output
from benchmark.names import chosen_names, look_up
from benchmark.plain_text import counted

if TYPE_CHECKING:
    import pandas as pd

    from benchmark.replay.recorded_trials import RecordedTrials

FOUND = "trials.parquet"


def replay(
    records: Annotated[
        Path,
        typer.Option(
            help="The trials.parquet of a report, or the report's folder; best of a study that pruned nothing."
        ),
    ],
    sampler: Annotated[
        str, typer.Option(help="Samplers, commas between: tpe, tpe-independent, random.")
    ] = "tpe,random",
    pruner: Annotated[
        str,
        typer.Option(help="Pruners, commas between: none, percentile, percentile-25, halving, halving-3, hyperband."),
    ] = "none,percentile,halving",
    trials: Annotated[
        int, typer.Option(min=0, max=10_000, help="Whole trials whose updates a search may spend; 0: as the study's.")
    ] = 0,
    repeats: Annotated[int, typer.Option(min=2, max=100_000, help="Searches of each variant by each method.")] = 50,
    output: Annotated[Path | None, typer.Option(help="CSV file for what was found by how many updates.")] = None,
) -> None:
    """Try samplers and pruners on recorded trials, in seconds and without training.

    Each trial that a sampler asks for is answered by the nearest recorded one that was not taken yet; what a search may
    spend is counted in discriminator updates, which pruned trials leave to others.
    """
    from benchmark.replay.comparison import compared, methods_of
    from benchmark.replay.methods import PRUNERS, SAMPLERS
    from benchmark.replay.recorded_trials import read_trials

    check_output(output)
    samplers, pruners = chosen_names(sampler, "--sampler"), chosen_names(pruner, "--pruner")
    for kind, names, known in (("sampler", samplers, SAMPLERS), ("pruner", pruners, PRUNERS)):
        for name in names:
            look_up(kind, name, known)
    recorded = read_trials(records / FOUND if records.is_dir() else records)
    _tell(recorded)
    found = compared(recorded, methods_of(samplers, pruners, recorded.cohort), trials or recorded.trials, repeats)
    if output:
        write_output(output, found.to_csv(index=False))
    _print(found, recorded, repeats)


def _tell(recorded: "RecordedTrials") -> None:
    from benchmark.replay.replayed_search import nearest_agree

    for name, own in recorded.variants.items():
        left = recorded.stopped[name]
        apart = f", {counted(left, 'trial')} that stopped early left out" if left else ""
        say(f"{name}: {counted(len(own.settings), 'trial')}, nearest ones agree by {nearest_agree(own):.2f}{apart}")


def _print(found: "pd.DataFrame", recorded: "RecordedTrials", repeats: int) -> None:
    every = found[found["variant"] == ""]
    updates = sorted(set(every["updates"]))
    shown = [updates[len(updates) // 2 - 1], updates[-1]] if len(updates) > 1 else updates
    table = Table("sampler", "pruner", *(f"after {step:,} updates" for step in shown), box=None, pad_edge=False)
    for (sampler, pruner), own in every.groupby(["sampler", "pruner"], sort=False):
        rows = own.set_index("updates").loc[shown].to_dict("records")
        cells = (f"{each['times_best']:.3f} [{each['low']:.3f}, {each['high']:.3f}]" for each in rows)
        add_row(table, str(sampler), str(pruner), *cells)
    print_table(table)
    last = every[every["updates"] == updates[-1]]
    best = last.sort_values("times_best").to_dict("records")[0]
    answer(
        f"{best['sampler']} with pruner {best['pruner']} finds {recorded.score} of {best['times_best']:.2f} times the "
        f"best recorded, over {counted(len(recorded.variants), 'variant')} of {recorded.study} and "
        f"{counted(repeats, 'search')} of each"
    )
    print_document({"study": recorded.study, "score": recorded.score, "found": found.to_dict("records")})
