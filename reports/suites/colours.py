"""Which variants a suite's figures colour: the few that the answer is about; the others are grey."""

from reports.analysis.families import OTHER, families
from reports.analysis.first_few import MOST
from reports.figures.palette import GREY, colours, legend
from reports.suites.standing import Standing
from reports.suites.suite import Suite


def suite_families(suite: Suite) -> dict[str, str]:
    """The family of losses of each variant, by the first study that tells it."""
    told: dict[str, str] = dict.fromkeys(suite.variant_names, OTHER)
    for study in reversed(suite.studies):
        told |= {name: family for name, family in families(study.records).items() if family != OTHER}
    return told


def shown(stands: Standing) -> list[str]:
    """Those that figures colour and name, in the order of the table: at most `reports.analysis.first_few.MOST`."""
    return [str(name) for name in stands.ranked["variant"][:MOST]]


def suite_colours(suite: Suite, stands: Standing) -> dict[str, str]:
    """A stand-in colour for each variant: that of its family for those that are `shown`, grey for the others."""
    few = shown(stands)
    return {name: colour if name in few else GREY for name, colour in colours(suite_families(suite)).items()}


def suite_legend(suite: Suite, stands: Standing) -> dict[str, str]:
    """The families of those that are `shown`, with their CSS colours."""
    told = suite_families(suite)
    return legend({name: told[name] for name in shown(stands)})
