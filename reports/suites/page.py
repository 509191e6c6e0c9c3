"""A suite as one HTML file: styles, figures and tables within, nothing fetched. Scripts only sort its tables."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.output.content_security import content_security_policy
from reports.output.downloads import Download, csv_address
from reports.statistics.stratified_bootstrap import METHOD
from reports.suites.answer import SuiteAnswer
from reports.suites.colours import shown, suite_colours, suite_legend
from reports.suites.front_figure import front_figure
from reports.suites.interval_figures import AGGREGATES, aggregate_figure, improvement_figure
from reports.suites.profile_figure import profile_figure
from reports.suites.standing import COSTS, Standing
from reports.suites.suite import Suite
from reports.suites.tables import data_set_table, overall_table, protocol_table
from reports.text.formats import count, duration, listing
from reports.text.protocol import protocol_sentences

# Points of figures by the class of screens that they are for; their text is about as large on all.
_WIDTHS = {"narrow": 300, "wide": 780}
# Of those that stand two in a row, or four.
_SMALL_WIDTHS = {"narrow": 300, "wide": 400, "widest": 340}
_SCALE_WORDS = (
    "On each data set noise is at 0 and real images are at 1, and scores lie between them by their logarithm (by "
    "themselves, where they may be zero or below): each halving of an FID counts as much. A run that diverged, or is "
    "worse than noise, is at 0; one that is better than the floor stays above 1: the floor is one draw of real images."
)
_WORDS = {
    "variants": "a row a variant: aggregates, costs, where it is a contender",
    "data_sets": "a row a variant and data set",
    "runs": "every run that raced, with its comparable score",
    "profiles": "the performance profiles",
    "improvement": "the probability that the best is better",
    "protocols": "what the scores of each data set mean",
}
_FRONT = {
    "seconds": "Quality over all data sets against training time",
    "parameters": "Quality over all data sets against the number of parameters",
}


def render_suite(suite: Suite, stands: Standing, said: SuiteAnswer) -> str:
    """Lay out the page of a suite.

    Args:
        suite: The studies.
        stands: Its `reports.suites.standing.standing`.
        said: Its `reports.suites.answer.suite_answer`.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("reports.suites"), PackageLoader("reports.output")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scripts = {
        "first": 'document.documentElement.classList.add("js");',
        "last": environment.get_template("report.js").render(),
    }
    return environment.get_template("suite.html.j2").render(
        suite=suite,
        said=said,
        best=stands.best,
        facts=_facts(suite),
        places=_places(bool(stands.best)),
        data_sets=data_set_table(suite, stands),
        overall=overall_table(stands),
        protocols=protocol_table(stands),
        sentences={study.label: protocol_sentences(study.records) for study in suite.studies},
        scale_words=_SCALE_WORDS,
        method=METHOD,
        families=suite_legend(suite, stands),
        **_figures(suite, stands),
        files=[Download(f"{name}.csv", _WORDS[name], csv_address(frame)) for name, frame in stands.frames().items()],
        scripts={name: Markup(script) for name, script in scripts.items()},
        policy=content_security_policy(scripts.values()),
        svg=Markup,
    )


def _figures(suite: Suite, stands: Standing) -> dict[str, object]:
    """Each figure, once for each class of screens."""
    colour, few = suite_colours(suite, stands), shown(stands)
    fronts = {
        f"{_FRONT[cost]}. Filled dots, on the dashed line, are the front: nobody is better for no more. Bars are 95 % "
        "intervals; chance may have decided between close ones.": {
            screen: front_figure(stands, colour, cost, width) for screen, width in _WIDTHS.items()
        }
        for cost in COSTS
    }
    return {
        "aggregates": [
            {screen: aggregate_figure(stands, colour, dots, width) for screen, width in _SMALL_WIDTHS.items()}
            for dots in AGGREGATES
        ],
        "profile": {screen: profile_figure(stands, few, colour, width) for screen, width in _WIDTHS.items()},
        "improvement": {screen: improvement_figure(stands, colour, width) for screen, width in _WIDTHS.items()},
        "fronts": {caption: figures for caption, figures in fronts.items() if any(figures.values())},
    }


def _places(is_raced: bool) -> dict[str, str]:
    """Where the navigation leads."""
    over_all = {"overall": "Over all", "profiles": "Profiles", "costs": "Costs"} if is_raced else {}
    return {"data-sets": "Data sets"} | over_all | {"protocols": "Protocols", "again": "Take along"}


def _facts(suite: Suite) -> dict[str, str]:
    runs = [study.records.runs for study in suite.studies]
    return {
        "Data sets": listing([study.label for study in suite.studies]),
        "Variants": count(len(suite.variant_names)),
        "Raced on all": count(len(suite.complete)),
        "Runs": count(sum(map(len, runs))),
        "Training time": duration(sum(float(own["train_seconds"].sum()) for own in runs)),
    }
