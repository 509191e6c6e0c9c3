"""Descriptions that MLflow shows above experiments and runs, in Markdown."""

from benchmark.plain_text import markdown

NOTE = "mlflow.note.content"  # the tag that MLflow shows
WHAT_IT_IS = "the comparison of all variants, with figures and error bars"
_REPORT = "**[Open the report]("


def with_report(note: str, path: str, answer: str = "") -> str:
    """A note that begins with a link to the report, in place of an earlier one.

    Args:
        note: Markdown.
        path: The report's address within the UI.
        answer: The report's, one sentence without a full stop; "" for what the report is.
    """
    rest = note.partition("\n\n")[2] if note.startswith(_REPORT) else note
    return f"{_REPORT}{path})**: {markdown(answer) or WHAT_IT_IS}.\n\n{rest}"


def without_report(note: str) -> tuple[str, str]:
    """The link to the report with the empty line after it, or "", and the rest of a note."""
    if not note.startswith(_REPORT):
        return "", note
    link, gap, rest = note.partition("\n\n")
    return link + gap, rest


def view_links(leaderboard: str, search: str) -> str:
    """Where to look, for an experiment's note: both are addresses within the UI."""
    return (
        f"**[Leaderboard with charts]({leaderboard.lstrip('/')})** · **[All trials: hyperparameters and scores]"
        f"({search.lstrip('/')})**\n\n"
    )


def variant_note(description: dict[str, str]) -> str:
    """What a parent run shows: how to read it, and what the variant is made of."""
    parts = "\n".join(f"- **{markdown(name)}**: {markdown(value)}" for name, value in description.items())
    return (
        "`final/*` are means over the final runs, `final_std/*` their standard deviations; the hyperparameters are "
        f"those that the search found. Its trials and final runs lie below it.\n\n{parts}"
    )
