"""`python -m tools.race_simulation`: the tables of docs/report.md, races beside fixed numbers with Holm."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer

from benchmark.race.rules import Rules, stage_sizes
from tools.race_simulation.cases import TYPICAL_FIDS, NullCase, typical
from tools.race_simulation.holm import holm_left
from tools.race_simulation.searches import search_table
from tools.race_simulation.simulator import Booleans, Floats, Integers, simulate

ERROR = 0.05
MOST_SEEDS = 50

# Those in which the best is sent out most often, of all that can be made of `NullCase`, and 19 variants beside them.
NULL_CASES = (
    NullCase(2, "tied", "equal", "normal"),
    NullCase(2, "tied", "best smallest", "normal"),
    NullCase(5, "tied", "equal", "normal"),
    NullCase(19, "tied", "equal", "normal"),
    NullCase(19, "tied", "best smallest", "normal"),
    NullCase(2, "tied", "best smallest", "skewness 1"),
    NullCase(2, "half worse", "a third large", "skewness 1"),
    NullCase(2, "tied", "best threefold", "skewness -1"),
    NullCase(5, "tied", "a third large", "skewness 1"),
    NullCase(5, "half worse", "best threefold", "skewness -1"),
    NullCase(19, "tied", "best smallest", "skewness 1"),
    NullCase(19, "tied", "half large", "skewness 1"),
)


@dataclass(frozen=True)
class Design:
    """A way to compare variants.

    Attributes:
        name: What the table calls it.
        play: Who is left (races, variants) and the runs used (races,), of scores (races, variants, seeds).
    """

    name: str
    play: Callable[[Floats], tuple[Booleans, Integers]]


def race_design(rules: Rules) -> Design:
    """The race by such rules."""

    def play(scores: Floats) -> tuple[Booleans, Integers]:
        outcome = simulate(scores[:, :, : rules.most_seeds], rules)
        return outcome.inside, outcome.runs

    return Design(f"race at {', '.join(map(str, stage_sizes(rules)))}", play)


def holm_design(seeds: int) -> Design:
    """So many seeds for all, and Holm over all pairs."""

    def play(scores: Floats) -> tuple[Booleans, Integers]:
        races, variants, _ = scores.shape
        return holm_left(scores[:, :, :seeds], ERROR), np.full(races, variants * seeds)

    return Design(f"{seeds} seeds, Holm", play)


DESIGNS = (
    race_design(Rules(error=ERROR)),
    race_design(Rules(error=ERROR, looks_per_doubling=1)),
    race_design(Rules(error=ERROR, most_seeds=48)),
    race_design(Rules.fixed(50, ERROR)),
    *(holm_design(seeds) for seeds in (3, 10, 11, 24)),
)


def power(design: Design, deviation: float, races: int, entropy: int) -> list[str]:
    """Cells of the typical study: runs, variants left, and how often the best, one 1.5 and one 2 times as high are."""
    left, runs = design.play(typical(races, MOST_SEEDS, entropy, deviation))
    at = [int(np.abs(TYPICAL_FIDS / TYPICAL_FIDS[0] - factor).argmin()) for factor in (1.0, 1.5, 2.0)]
    kept = left.mean(axis=0)[at]
    return [f"{runs.mean():.0f}", f"{left.sum(axis=1).mean():.2f}", *(f"{share:.4f}" for share in kept)]


def worst_error(design: Design, normal: bool, races: int) -> str:
    """The largest share of races in which the best was sent out, and where, of normal or of skewed null cases."""
    shares = []
    for number, case in enumerate(NULL_CASES):
        if (case.noise == "normal") == normal:
            scores = case.races(10 * races // case.variants, MOST_SEEDS, (103, number))
            shares.append((1 - float(design.play(scores)[0][:, 0].mean()), str(case)))
    share, where = max(shares)
    return f"{share:.4f} ({where})"


def main(
    races: Annotated[int, typer.Option(min=10, help="Races of the typical study.")] = 4000,
    searches: Annotated[bool, typer.Option("--searches", help="The table of repeated searches instead.")] = False,
) -> None:
    """Print the table as Markdown."""
    if searches:
        print("\n".join(search_table(NULL_CASES, races, ERROR)))
        return
    heads = ["design", "runs", "left", "best left", "1.5 times as high left", "2 times as high left"]
    heads += ["runs, deviation 0.15", "left, deviation 0.15", "best out, normal", "best out, skewed"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for design in DESIGNS:
        cells = power(design, 0.22, races, 101) + power(design, 0.15, races, 102)[:2]
        cells += [worst_error(design, normal, races) for normal in (True, False)]
        print(f"| {design.name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
