r"""The leaderboard as a LaTeX table, to be put into a paper: it needs `\usepackage{booktabs}` and nothing else."""

import re
from collections.abc import Sequence

import pandas as pd

from benchmark.metrics.catalog import score_column
from benchmark.race.rules import Rules
from reports.analysis.leaderboard import measured_scores, tested_score
from reports.output.tables import Row, leaderboard_table
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import FEWEST, METHOD
from reports.text.formats import count, percent_of
from reports.text.headline import headline

_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": "$<$", ">": "$>$", "|": "$|$", "±": r"$\pm$", "\N{MULTIPLICATION SIGN}": r"$\times$"}
    | {"\N{DOWNWARDS ARROW}": r"$\downarrow$", "\N{UPWARDS ARROW}": r"$\uparrow$"}
    | {"\N{EN DASH}": "--", "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{NO-BREAK SPACE}": "~"}
)
# Of the page's columns, those that a paper's table has beside the scores.
_COLUMNS = {"Times the best", "Above the best", "Left after", "95 % interval", "Published", "Seeds"}
_ARROWS = " \N{DOWNWARDS ARROW}\N{UPWARDS ARROW}"


def render_latex(records: StudyRecords, board: pd.DataFrame) -> str:
    """A `table` of verdicts, variants, scores, how far above the best, and seeds, as the page prints them.

    The ranking score of a contender stands in bold; the caption begins with the answer.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    table = leaderboard_table(records, board)
    labels = [heading.label for heading in table.headings]
    scores = {score_column(name).label for name in measured_scores(records)}
    kept = [place for place, label in enumerate(labels) if label in _COLUMNS or _plain(label) in scores]
    ranking = next((place for place in kept if _plain(labels[place]) == score_column(records.ranked_by).label), -1)
    lines = [_line(row, kept, ranking) for row in table.rows]
    variants = sum(row.kind == "variant" for row in table.rows)
    return "\n".join(
        [
            r"\begin{table}",
            r"  \centering",
            f"  \\caption{{{_caption(records, board)}}}",
            f"  \\label{{tab:{re.sub('[^a-z0-9]+', '-', records.study_id.lower()).strip('-')}}}",
            f"  \\begin{{tabular}}{{ll{'r' * len(kept)}}}",
            r"    \toprule",
            _joined(["Verdict", "Variant", *(_escaped(labels[place]) for place in kept)]),
            r"    \midrule",
            *lines[:variants],
            *([r"    \midrule", *lines[variants:]] if lines[variants:] else []),
            r"    \bottomrule",
            r"  \end{tabular}",
            r"\end{table}",
        ]
    ) + "\n"  # fmt: skip


def _plain(label: str) -> str:
    return label.rstrip(_ARROWS)


def _line(row: Row, kept: Sequence[int], ranking: int) -> str:
    cells = [_number(row.cells[place]) for place in kept]
    if row.verdict == "contender" and ranking in kept:
        place = kept.index(ranking)
        # \boldmath reaches the plus-minus sign, which \textbf leaves as it is.
        cells[place] = rf"{{\boldmath\textbf{{{cells[place]}}}}}"
    name = _escaped(row.name)
    return _joined([row.verdict, name if row.kind == "variant" else rf"\emph{{{name}}}", *cells])


def _joined(cells: Sequence[str]) -> str:
    return f"    {' & '.join(cells)} \\\\"


def _number(text: str) -> str:
    """A cell, its hyphens before digits made minus signs."""
    return re.sub(r"-(?=\d)", "$-$", _escaped(text))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _caption(records: StudyRecords, board: pd.DataFrame) -> str:
    notes = board[(board["note"] != "") & (board["seeds"] > 0)]
    remarks = [f"{row['variant']}: {row['note']}." for _, row in notes.iterrows()]
    return _escaped(
        " ".join([f"{headline(records, board).answer}.", _scored(records), *_tested(records, board), *remarks])
    )


def _scored(records: StudyRecords) -> str:
    """What the scores are, and under which protocol."""
    protocol = records.protocols.get("final")
    if protocol is None:
        return f"Final runs on {records.spec.dataset} have not been scored yet."
    return (
        f"Final runs on {protocol.dataset} ({protocol.split} split), mean ± standard deviation over seeds: "
        f"{count(protocol.real_images)} real against {count(protocol.generated_images)} generated images of "
        f"{protocol.resolution} by {protocol.resolution} pixels, features of {protocol.extractor}, torch-fidelity "
        f"{protocol.torch_fidelity}, {count(records.spec.budget.discriminator_steps)} discriminator updates."
    )


def _tested(records: StudyRecords, board: pd.DataFrame) -> list[str]:
    """How the intervals and verdicts came about, as far as there are any."""
    label, rules = score_column(records.ranked_by).label, records.spec.rules
    told = []
    if (board["seeds"] >= FEWEST).any():
        told.append(f"Intervals are of the mean {label}, at 95 %, by {METHOD}, from {FEWEST} seeds on.")
    if (board["verdict"] != "untested").any():
        told.append(
            f"Out is who was worse than another in a race of {_looks(rules)} seeds (Welch's tests of "
            f"{tested_score(records)}, the error of {percent_of(rules.error)} shared among looks and rivals); who is "
            "left stands in bold."
        )
    return told


def _looks(rules: Rules) -> str:
    return f"{rules.seeds} to {rules.most_seeds}" if rules.most_seeds > rules.seeds else str(rules.seeds)
