"""The small multiples of the page, under headings, with how to read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.metrics.catalog import score_column
from reports.figures.small_multiples import Panel, budget_panels, curve_panels, search_panels, training_panels
from reports.records.load import StudyRecords

TRAINING, SEARCH, BUDGET = "Through training", "Best so far through the search", "Expected best by budget"
LOSSES, OUTPUTS = "Losses", "D(x) and D(G(z))"


@dataclass(frozen=True)
class PanelGroup:
    """Small multiples under one heading.

    Attributes:
        title: Heading.
        key: How to read them.
        panels: A picture a variant.
    """

    title: str
    key: str
    panels: list[Panel]


def panel_groups(records: StudyRecords, order: Sequence[str]) -> list[PanelGroup]:
    """Every group; its panels are empty where there is nothing to show.

    Args:
        records: The study.
        order: Variants, in the order of the panels.
    """
    objective = score_column(records.spec.score.objective).label
    return [
        PanelGroup(
            TRAINING,
            "Final runs by discriminator update: thin lines are runs, the thick line the mean of those that were "
            "completed, grey the means of the other variants.",
            training_panels(records, order),
        ),
        PanelGroup(
            SEARCH,
            f"{objective} on the {records.spec.score.search_split} split by trial: dots are trials, the square the "
            "paper's hyperparameters, the line the best so far, grey the other variants. At the top, a cross is a "
            "diverged or failed trial, a dash a pruned one.",
            search_panels(records, order),
        ),
        PanelGroup(
            BUDGET,
            f"{objective} on the {records.spec.score.search_split} split against the seconds that n trials train: the "
            "line is the mean of the best of n trials over all choices of n, nine in ten lie in the band, dots are "
            "n = 1, 2, 3 ...; grey the other variants. A pruned trial counts as its last score, but no better than the "
            "median of the complete ones; a diverged one as noise.",
            budget_panels(records, order),
        ),
        PanelGroup(
            LOSSES,
            "Of the run whose samples are shown, by discriminator update: solid the discriminator's, dashed the "
            "generator's.",
            curve_panels(records, order, "loss_discriminator", "loss_generator"),
        ),
        PanelGroup(
            OUTPUTS,
            "Of the same run, by discriminator update: solid on real images, dashed on generated ones. Where the loss "
            "has no probabilities these are the outputs as they are.",
            curve_panels(records, order, "output_real", "output_fake"),
        ),
    ]
