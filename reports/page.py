"""The report as one HTML file: styles, figures and images within, nothing fetched, no scripts."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from benchmark.records import SCORES
from reports.figures import Panel, budget_panels, curve_panels, search_panels, training_panels
from reports.formats import count, decimals_for, duration, fixed
from reports.headline import headline
from reports.hyperparameter_table import found_table
from reports.load import StudyRecords
from reports.protocol import protocol_sentences
from reports.ranking import ranking_figure
from reports.resolved_spec import to_toml
from reports.statistics import STATES
from reports.tables import leaderboard_table

# Points of the ranking figure by the class of screens that it is for; its text is as large on all.
_RANKING_WIDTHS = {"narrow": 300, "wide": 780, "widest": 1250}


@dataclass(frozen=True)
class Sample:
    """A grid of images.

    Attributes:
        variant: Whose.
        uri: `data:` URI of the PNG.
        run: Which run drew it, with its score.
    """

    variant: str
    uri: str
    run: str


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


def render_page(records: StudyRecords, board: pd.DataFrame) -> str:
    """Lay out the report.

    Args:
        records: The study.
        board: Its `reports.statistics.leaderboard`.
    """
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html.j2").render(
        records=records,
        headline=headline(records, board),
        table=leaderboard_table(records, board),
        protocol=protocol_sentences(records),
        facts=_facts(records),
        ranking={screen: Markup(ranking_figure(records, board, width)) for screen, width in _RANKING_WIDTHS.items()},
        real=_data_uri(records.real_samples) if records.real_samples else "",
        samples=_samples(records, board),
        groups=_groups(records, board["variant"].tolist()),
        found=found_table(records, board["variant"].tolist()),
        spec=to_toml(records.spec),
        svg=Markup,
    )


def _groups(records: StudyRecords, order: Sequence[str]) -> list[PanelGroup]:
    score = SCORES[records.ranked_by].label
    objective = SCORES[records.spec.score.objective].label
    return [
        PanelGroup(
            f"{score} through training",
            "Final runs by discriminator update: thin lines are runs, the thick line the mean of those that were "
            "completed, grey the means of the other variants.",
            training_panels(records, order),
        ),
        PanelGroup(
            "Best so far through the search",
            f"{objective} on the {records.spec.score.search_split} split by trial: dots are trials, the square the "
            "paper's hyperparameters, the line the best so far, grey the other variants. At the top, a cross is a "
            "diverged or failed trial, a dash a pruned one.",
            search_panels(records, order),
        ),
        PanelGroup(
            "Expected best by budget",
            f"{objective} on the {records.spec.score.search_split} split against the seconds that n trials train: the "
            "line is the mean of the best of n trials over all choices of n, nine in ten lie in the band, dots are "
            "n = 1, 2, 3 ...; grey the other variants. A pruned trial counts as its last score, but no better than the "
            "median of the complete ones; a diverged one as noise.",
            budget_panels(records, order),
        ),
        PanelGroup(
            "Losses",
            "Of the run whose samples are shown, by discriminator update: solid the discriminator's, dashed the "
            "generator's.",
            curve_panels(records, order, "loss_discriminator", "loss_generator"),
        ),
        PanelGroup(
            "D(x) and D(G(z))",
            "Of the same run, by discriminator update: solid on real images, dashed on generated ones. Where the loss "
            "has no probabilities these are the outputs as they are.",
            curve_panels(records, order, "output_real", "output_fake"),
        ),
    ]


def _samples(records: StudyRecords, board: pd.DataFrame) -> list[Sample]:
    shown = [variant for variant in board["variant"] if variant in records.samples]
    return [Sample(variant, _data_uri(records.samples[variant]), _run_label(records, variant)) for variant in shown]


def _run_label(records: StudyRecords, variant: str) -> str:
    kind, number = records.shown[variant]
    runs = records.runs
    run = runs[(runs["variant"] == variant) & (runs["kind"] == kind) & (runs["number"] == number)].iloc[0]
    if run["state"] != "complete":
        return f"{kind} {number}, {run['state']}"
    score = run[records.ranked_by]
    split = "" if kind == "final" else f" on {records.spec.score.search_split}"
    return f"{kind} {number}, {SCORES[records.ranked_by].label} {fixed(score, decimals_for([score]))}{split}"


def _facts(records: StudyRecords) -> dict[str, str]:
    runs = records.runs
    ended = runs.loc[runs["state"].isin(STATES), "state"].value_counts()
    kinds = runs["kind"].value_counts()
    return {
        "Data set": records.spec.dataset,
        "Variants": count(len(records.variant_names)),
        "Trials": count(kinds.get("trial", 0)),
        "Final runs": count(kinds.get("final", 0)),
        "Runs by state": ", ".join(f"{ended.get(state, 0)} {state}" for state in STATES if ended.get(state, 0))
        or "none",
        "Training time": duration(float(runs["train_seconds"].sum())),
    }


def _data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"
