"""The race over repeated searches, beside a race over the seeds of one search: which finds the best *method*."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmark.race.rules import Rules, stage_sizes
from benchmark.race.searches import FIRST_SEARCHES
from tools.race_simulation.cases import DEVIATIONS, MEANS, NOISES, TYPICAL_DEVIATIONS, TYPICAL_FIDS, NullCase
from tools.race_simulation.holm import holm_left
from tools.race_simulation.simulator import Booleans, Floats, Integers, simulate

# Of log FID on the digits between searches and between seeds: pooled over 19 variants, three searches of three seeds.
LUCK, SEED = 0.20, 0.25
DEVIATION = float(np.hypot(LUCK, SEED))
SHARE = LUCK**2 / DEVIATION**2
# As `digits-thorough` has them: final runs of a search, and what it runs before them, 8 trials and 2 candidates.
FINAL_RUNS, EARLIER_RUNS = 3, 10

HEADS = (
    *("design", "runs", "left", "best left", "1.5 times as high left", "2 times as high left"),
    *("best out, normal", "best out, skewed", "the same, all luck of the search"),
)


@dataclass(frozen=True)
class SearchDesign:
    """A way to compare methods, each of which is searched for, and then trained with several seeds.

    Attributes:
        name: What the table calls it.
        searches: Of a variant, at most.
        seeds: Final runs of a search, at most.
        play: Who is left (races, variants) and what was run (races,), of scores (races, variants, searches, seeds).
    """

    name: str
    searches: int
    seeds: int
    play: Callable[[Floats], tuple[Booleans, Integers]]


def race_of_searches(most: int, error: float) -> SearchDesign:
    """What `budget.searches` does: a search counts by the mean of its final runs."""
    rules = Rules(FIRST_SEARCHES, most, error)

    def play(scores: Floats) -> tuple[Booleans, Integers]:
        outcome = simulate(scores.mean(axis=3), rules)
        return outcome.inside, outcome.runs * (EARLIER_RUNS + FINAL_RUNS)

    return SearchDesign(f"race of searches at {', '.join(map(str, stage_sizes(rules)))}", most, FINAL_RUNS, play)


def race_of_seeds(error: float) -> SearchDesign:
    """What a study does without: one search of each variant, whose seeds race."""
    rules = Rules(error=error)

    def play(scores: Floats) -> tuple[Booleans, Integers]:
        outcome = simulate(scores[:, :, 0], rules)
        return outcome.inside, outcome.runs + EARLIER_RUNS * scores.shape[1]

    return SearchDesign(f"one search, race of seeds up to {rules.most_seeds}", 1, rules.most_seeds, play)


def holm_of_searches(searches: int, error: float) -> SearchDesign:
    """So many searches of all, and Holm over all pairs."""

    def play(scores: Floats) -> tuple[Booleans, Integers]:
        races, variants, *_ = scores.shape
        runs = variants * searches * (EARLIER_RUNS + FINAL_RUNS)
        return holm_left(scores.mean(axis=3), error), np.full(races, runs)

    return SearchDesign(f"{searches} searches, Holm", searches, FINAL_RUNS, play)


@dataclass(frozen=True)
class Methods:
    """What methods score on the average, and how their scores scatter.

    Attributes:
        means: Of the logarithms (variants,).
        deviations: Of the luck of the search and that of the seed together (variants,).
        noise: One of `tools.race_simulation.cases.NOISES`, of both.
        share: Of the variance, what is the luck of the search, in [0, 1].
    """

    means: Floats
    deviations: Floats
    noise: str
    share: float

    def races(self, races: int, design: SearchDesign, entropy: tuple[int, ...]) -> Floats:
        """Logarithms of scores (races, variants, searches, seeds), as many as a design may want."""
        generator, noise = np.random.default_rng(entropy), NOISES[self.noise]
        shape = (races, len(self.means), design.searches, design.seeds)
        luck, seed = noise(generator, (*shape[:3], 1)), noise(generator, shape)
        both = np.sqrt(self.share) * luck + np.sqrt(1 - self.share) * seed
        return np.asarray(self.means[:, None, None] + self.deviations[:, None, None] * both, dtype=np.float64)


def typical_methods() -> Methods:
    """19 methods with FIDs from 0.46 to 6, lowest first, that scatter as those on the digits do."""
    deviations = DEVIATION / np.sqrt((TYPICAL_DEVIATIONS**2).mean()) * TYPICAL_DEVIATIONS
    return Methods(np.log(TYPICAL_FIDS), deviations, "normal", SHARE)


def misleading(case: NullCase, share: float) -> Methods:
    """Methods of which the first is the best, and must not be sent out."""
    return Methods(MEANS[case.means](case.variants), DEVIATIONS[case.deviations](case.variants), case.noise, share)


def power(design: SearchDesign, races: int) -> list[str]:
    """Cells of the typical study: runs, methods left, and how often the best, one 1.5 and one 2 times as high are."""
    left, runs = design.play(typical_methods().races(races, design, (104,)))
    at = [int(np.abs(TYPICAL_FIDS / TYPICAL_FIDS[0] - factor).argmin()) for factor in (1.0, 1.5, 2.0)]
    kept = left.mean(axis=0)[at]
    return [f"{runs.mean():.0f}", f"{left.sum(axis=1).mean():.2f}", *(f"{share:.4f}" for share in kept)]


def error_of(design: SearchDesign, methods: Methods, races: int, entropy: tuple[int, ...]) -> float:
    """The share of races in which the best is sent out."""
    return 1 - float(design.play(methods.races(races, design, entropy))[0][:, 0].mean())


def worst_errors(design: SearchDesign, cases: tuple[NullCase, ...], races: int) -> list[str]:
    """The largest such share over cases: of normal and of skewed noise, and of skewed if searches alone scatter."""
    cells = []
    for normal, share in ((True, SHARE), (False, SHARE), (False, 1.0)):
        own = [(number, case) for number, case in enumerate(cases) if (case.noise == "normal") == normal]
        errors = [
            error_of(design, misleading(case, share), 10 * races // case.variants, (105, number))
            for number, case in own
        ]
        cells.append(f"{max(errors):.4f}")
    return cells


def search_table(cases: tuple[NullCase, ...], races: int, error: float) -> list[str]:
    """Lines of the table in Markdown, a row a design."""
    designs = (
        *(race_of_searches(most, error) for most in (6, 12, 24)),
        race_of_seeds(error),
        *(holm_of_searches(searches, error) for searches in (3, 12)),
    )
    rows = [(design.name, *power(design, races), *worst_errors(design, cases, races)) for design in designs]
    lines = [f"| {' | '.join(row)} |" for row in (HEADS, *rows)]
    return [lines[0], f"|{' --- |' * len(HEADS)}", *lines[1:]]
