"""Descriptions that MLflow shows above experiments and runs, in Markdown."""

from collections.abc import Sequence

from benchmark.plain_text import markdown
from benchmark.records import Split
from benchmark.tracking.score_names import ends, once, spread
from benchmark.tracking.view import comparison_path, finals_path, search_path

NOTE = "mlflow.note.content"  # the tag that MLflow shows
WHAT_IT_IS = "the comparison of all variants, with figures and error bars."
_REPORT = "**[Open the report]("
_RULE = "\n\n---\n\n"


def with_report(note: str, path: str, words: Sequence[str] = ()) -> str:
    """A note that begins with a link to the report and what that found, in place of an earlier one.

    Args:
        note: Markdown.
        path: The report's address within the UI.
        words: What it found, as sentences: the first stands beside the link, each other in a paragraph of its own.
    """
    first, *others = [markdown(sentence) for sentence in words] or [WHAT_IT_IS]
    _, rest = without_report(note)
    return "\n\n".join([f"{_REPORT}{path})**: {first}", *others]) + _RULE + rest


def without_report(note: str) -> tuple[str, str]:
    """What stands before the rest of a note of the report, with the rule after it, or "", and the rest."""
    if not note.startswith(_REPORT):
        return "", note
    rule = _RULE if _RULE in note else "\n\n"  # which earlier releases had
    found, rule, rest = note.partition(rule)
    return found + rule, rest


def view_links(experiment_id: str) -> str:
    """Where to look, for an experiment's note: addresses within the UI."""
    views = {
        "Leaderboard with charts": comparison_path(experiment_id),
        "All trials: hyperparameters and scores": search_path(experiment_id),
        "All final runs: every seed": finals_path(experiment_id),
    }
    return " · ".join(f"**[{words}]({path.lstrip('/')})**" for words, path in views.items()) + "\n\n"


def variant_note(description: dict[str, str], split: Split) -> str:
    """What a parent run shows: how to read it, and what the variant is made of.

    Args:
        description: What it is made of, by kind.
        split: What its final runs are scored against.
    """
    low, high = ends(split)
    parts = "\n".join(f"- **{markdown(name)}**: {markdown(value)}" for name, value in description.items())
    return (
        f"`{once(split)}/*` are means over the final runs, `{spread(split)}/*` their standard deviations, `{low}/*` to "
        f"`{high}/*` the means' 95 % intervals; the hyperparameters are those that the search found. Its trials and "
        f"final runs lie below it.\n\n{parts}"
    )
