r"""The leaderboard as a LaTeX table, to be put into a paper: it needs `\usepackage{booktabs}` and nothing else."""

import re
from collections.abc import Sequence

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.leaderboard import measured_scores, tested_score
from reports.output.tables import Row, leaderboard_table
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import METHOD
from reports.statistics.difference import SIGNIFICANT
from reports.text.formats import count

_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": "$<$", ">": "$>$", "|": "$|$", "±": r"$\pm$", "\N{MULTIPLICATION SIGN}": r"$\times$"}
    | {"\N{DOWNWARDS ARROW}": r"$\downarrow$", "\N{UPWARDS ARROW}": r"$\uparrow$"}
    | {"\N{EN DASH}": "--", "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{NO-BREAK SPACE}": "~"}
)
# Of the page's columns, those that a paper's table has beside the scores.
_COLUMNS = {"95 % interval", "Published", "Seeds"}
_ARROWS = " \N{DOWNWARDS ARROW}\N{UPWARDS ARROW}"


def render_latex(records: StudyRecords, board: pd.DataFrame) -> str:
    """A `table` of ranks, variants, scores, the interval of the ranking score, and seeds, as the page prints them.

    The ranking score of a variant that no other is significantly better than stands in bold.

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
            f"  \\begin{{tabular}}{{rl{'r' * len(kept)}}}",
            r"    \toprule",
            _joined([r"\#", "Variant", *(_escaped(labels[place]) for place in kept)]),
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
    if row.rank == "1" and ranking in kept:
        place = kept.index(ranking)
        # \boldmath reaches the plus-minus sign, which \textbf leaves as it is.
        cells[place] = rf"{{\boldmath\textbf{{{cells[place]}}}}}"
    name = _escaped(row.name)
    return _joined([_escaped(row.rank), name if row.kind == "variant" else rf"\emph{{{name}}}", *cells])


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
    return _escaped(" ".join([_scored(records), *_tested(records, board), *remarks]))


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
    """How the intervals and ranks came about, as far as there are any."""
    label = score_column(records.ranked_by).label
    if f"{records.ranked_by}_low" not in board or board[f"{records.ranked_by}_low"].isna().all():
        return []
    intervals = f"Intervals are of the mean {label}, at 95 %, by {METHOD}."
    if board["rank"].isna().all():
        return [intervals]
    ranks = (
        f"A rank is 1 + the number of variants whose {label} is significantly lower (Welch's t-test of "
        f"{tested_score(records)}, adjusted by Holm for all pairs, p < {SIGNIFICANT}); rank 1 stands in bold."
    )
    return [intervals, ranks]
