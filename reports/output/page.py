"""The report as one HTML file: styles, figures, images, data and scripts within, nothing fetched.

Without scripts the answer, the tables, the samples and the small figures are there; scripts add the interactive charts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from benchmark.typed_commands import typed_command
from reports.analysis.answer import answer_facts
from reports.analysis.families import families
from reports.analysis.leaderboard import tested_scale
from reports.analysis.race import study_race
from reports.analysis.search_limits import too_few
from reports.analysis.searches import final_runs_of, more_of, unit_of
from reports.analysis.sensitivity import LEAST_RANDOM
from reports.analysis.states import STATES
from reports.charts import draw_charts
from reports.charts.chart import Chart
from reports.charts.vega import vega_bundle
from reports.figures.palette import legend
from reports.figures.panel_groups import panel_groups
from reports.figures.race import race_figure
from reports.figures.ranking import ranking_figure
from reports.figures.sample_strips import data_uri, earlier_images, sample_strips
from reports.output.content_security import content_security_policy
from reports.output.downloads import downloads
from reports.output.hyperparameter_table import found_table
from reports.output.search_budget_table import (
    SEARCH_BUDGET_WORDS,
    leader_sentence,
    search_budget_headings,
    search_budget_rows,
)
from reports.output.sensitivity_table import sensitivity_rows
from reports.output.tables import leaderboard_table
from reports.output.tuning_table import TUNING_HEADINGS, TUNING_WORDS, tuning_rows
from reports.output.variant_sections import anchor, variant_sections
from reports.records.load import StudyRecords
from reports.records.resolved_spec import spec_files, to_toml
from reports.statistics.scale import RATIO
from reports.text.formats import count, duration
from reports.text.headline import headline
from reports.text.protocol import protocol_sentences
from reports.text.searches import search_luck
from reports.text.verdict import race_words

# Points of both figures by the class of screens that they are for; their text is as large on all.
_WIDTHS = {"narrow": 300, "wide": 780, "widest": 1250}
# Name, heading and charts of each part of the page.
_LAYOUT = (
    ("comparison", "How they compare", ("pairs", "cost", "size")),
    ("training", "Through training", ("training",)),
    ("budget", "What a search costs", ("budget-seconds", "budget-trials")),
    ("search", "Over the search", ("trials", "parallel", "importance")),
)
# Where the navigation leads, besides to these parts.
_BEFORE = {
    "variants": "Table",
    "race": "Race",
    "luck": "Luck",
    "budgets": "By trials",
    "tuning": "Tuning",
    "samples": "Samples",
}
_SHORT = {"comparison": "Compare", "training": "Training", "budget": "Budget", "search": "Search"}
_AFTER = {"hyperparameters": "Settings", "sensitivity": "Forgiving", "each": "Each variant", "again": "Take along"}


@dataclass(frozen=True)
class PagePart:
    """A heading of the page with what stands below it.

    Attributes:
        name: Of its place on the page.
        title: Heading.
        charts: Interactive ones.
        missing: What there are too few trials for, in words.
    """

    name: str
    title: str
    charts: Sequence[Chart]
    missing: Sequence[str] = ()


def render_page(records: StudyRecords, board: pd.DataFrame, refresh: int | None = None) -> str:
    """Lay out the report.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
        refresh: Seconds after which the page loads itself again, as while a study runs; never if None.
    """
    environment = Environment(
        loader=PackageLoader("reports.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    order, scripts, parts = board["variant"].tolist(), _scripts(environment, refresh), _parts(records, board)
    race = {screen: Markup(race_figure(records, board, width)) for screen, width in _WIDTHS.items()}
    groups = panel_groups(records, order)
    tuning, sensitivity = tuning_rows(records), sensitivity_rows(records, order)
    return environment.get_template("index.html.j2").render(
        records=records,
        refresh=refresh,
        headline=headline(records, board),
        table=leaderboard_table(records, board),
        protocol=protocol_sentences(records),
        facts=_facts(records),
        ranking={screen: Markup(ranking_figure(records, board, width)) for screen, width in _WIDTHS.items()},
        race=race,
        race_words=race_words(answer_facts(records)),
        units={"seed": "seeds", "search": "searches"}[unit_of(records.spec)],
        search_luck=search_luck(records),
        search_budgets=(budgets := search_budget_rows(records)),
        search_budget_headings=search_budget_headings(records),
        search_budget_words=[SEARCH_BUDGET_WORDS, leader_sentence(records)],
        tuning=tuning,
        tuning_headings=TUNING_HEADINGS,
        tuning_words=TUNING_WORDS,
        real=data_uri(records.real_samples) if records.real_samples else "",
        samples=(strips := sample_strips(records, order)),
        strips=Markup(earlier_images(strips)),
        commands=[typed_command("run", file) for file in spec_files(records)],
        further=[typed_command("run", file, [more_of(spec)]) for file, spec in spec_files(records).items()],
        parts=parts,
        sensitivity=sensitivity,
        least_random=LEAST_RANDOM,
        places=_navigation(
            parts,
            {
                "race": bool(race["wide"]),
                "luck": bool(search_luck(records)),
                "budgets": bool(budgets),
                "tuning": bool(tuning),
                "sensitivity": bool(sensitivity),
            },
        ),
        families=legend(families(records)),
        anchors={name: anchor(name) for name in order},
        sections=variant_sections(records, board, groups),
        panel_keys={group.title: group.key for group in groups if group.panels},
        downloads=downloads(records, board),
        middles="geometric means" if tested_scale(records) is RATIO else "means",
        found=found_table(records, order),
        specs={file: to_toml(spec) for file, spec in spec_files(records).items()},
        scripts={name: Markup(script) for name, script in scripts.items()},
        policy=content_security_policy(scripts.values()),
        svg=Markup,
    )


def _scripts(environment: Environment, refresh: int | None) -> dict[str, str]:
    """The scripts of the page, to the letter, as the policy names them by their digests."""
    again = {"refresh": f"setTimeout(() => location.reload(), {refresh} * 1000);"} if refresh else {}
    last = environment.get_template("report.js").render()
    first = 'document.documentElement.classList.add("js");'
    return {"first": first, **again, "vega": vega_bundle(), "last": last}


def _parts(records: StudyRecords, board: pd.DataFrame) -> list[PagePart]:
    """The page's charts by what they are about; parts and charts with nothing to show are left out."""
    charts = {chart.name: chart for chart in draw_charts(records, board)}
    missing = {"search": too_few(records)}
    parts = [
        PagePart(name, title, [charts[chart] for chart in wanted if chart in charts], missing.get(name, ()))
        for name, title, wanted in _LAYOUT
    ]
    return [part for part in parts if part.charts or part.missing]


def _navigation(parts: Sequence[PagePart], there: dict[str, bool]) -> dict[str, str]:
    """Where the page has what, by the name of the place."""
    places = _BEFORE | {part.name: _SHORT[part.name] for part in parts} | _AFTER
    return {name: title for name, title in places.items() if there.get(name, True)}


def _facts(records: StudyRecords) -> dict[str, str]:
    runs = records.runs
    ended = runs.loc[runs["state"].isin(STATES), "state"].value_counts()
    kinds = runs["kind"].value_counts()
    return {
        "Data set": records.spec.dataset,
        "Variants": count(_searched(records)),
        "Trials": _of_planned(records, kinds.get("trial", 0), records.spec.budget.trials * _searches_wanted(records)),
        "Final runs": _of_planned(records, kinds.get("final", 0), _finals_wanted(records)),
        "Runs by state": ", ".join(f"{ended.get(state, 0)} {state}" for state in STATES if ended.get(state, 0))
        or "none",
        "Training time": duration(float(runs["train_seconds"].sum())),
    }


def _searched(records: StudyRecords) -> int:
    """Variants, those that race with their paper's settings besides not counted twice."""
    return len(records.variant_names) - len(records.paper_entrants)


def _finals_wanted(records: StudyRecords) -> int:
    """Final runs that the race asks for by now; of who may still come, those that every variant gets first."""
    found = study_race(records)
    units = sum((found.race.needed if found.race else {}).values()) + found.rules.seeds * len(found.waiting)
    return units * final_runs_of(records.spec)


def _searches_wanted(records: StudyRecords) -> int:
    """Searches of all variants that the race asks for by now."""
    if records.spec.budget.searches == 1:
        return _searched(records)
    found, papers = study_race(records), records.paper_entrants
    needed = found.race.needed if found.race else {}
    return sum(needed.get(name, found.rules.seeds) for name in records.variant_names if name not in papers)


def _of_planned(records: StudyRecords, runs: int, whole: int) -> str:
    """Runs, and of how many while some are missing; several studies may plan differently."""
    return count(runs) if runs >= whole or len(records.specs) > 1 else f"{count(runs)} of {count(whole)}"
