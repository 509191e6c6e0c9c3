r"""The leaderboard as a LaTeX table, to be put into a paper: it needs `\usepackage{booktabs}` and nothing else."""

import re

import pandas as pd

from benchmark.records import SCORES
from reports.analysis.leaderboard import tested_score
from reports.output.tables import Table, leaderboard_table
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import METHOD
from reports.statistics.difference import SIGNIFICANT
from reports.text.formats import count

# pandas escapes cells for LaTeX too, but neither captions nor signs that LaTeX does not know.
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": "$<$", ">": "$>$", "|": "$|$", "±": r"$\pm$", "\N{MULTIPLICATION SIGN}": r"$\times$"}
    | {"\N{DOWNWARDS ARROW}": r"$\downarrow$", "\N{UPWARDS ARROW}": r"$\uparrow$"}
    | {"\N{EN DASH}": "--", "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{NO-BREAK SPACE}": "~"}
)
# Of the page's columns, those that a paper's table has beside the scores.
_COLUMNS = {"95 % interval", "Published", "Seeds"}
_RANK, _NAME = "#", "Variant"
_ARROWS = " \N{DOWNWARDS ARROW}\N{UPWARDS ARROW}"


def render_latex(records: StudyRecords, board: pd.DataFrame) -> str:
    """A `table` of ranks, variants, scores, the interval of the ranking score, and seeds, as the page prints them.

    The ranking score of a variant that no other is significantly better than stands in bold.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    table = leaderboard_table(records, board)
    styler = _cells(table).style.hide(axis="index").format(_number).format(_escaped, subset=[_RANK, _NAME])
    labels = styler.columns.tolist()
    ranking = [label for label in labels if _plain(label) == SCORES[records.ranked_by].label]
    undefeated = [number for number, row in enumerate(table.rows) if row.rank == "1"]
    # \boldmath reaches the plus-minus sign, which \textbf leaves as it is.
    styler.set_properties(pd.IndexSlice[undefeated, ranking], boldmath="--wrap", textbf="--rwrap")
    baselines = [number for number, row in enumerate(table.rows) if row.kind != "variant"]
    styler.set_properties(pd.IndexSlice[baselines, _NAME], emph="--rwrap")
    # A rule between rows goes into the first cell below it: pandas draws its own only above and below all of them.
    styler.format("\\midrule\n{}", subset=pd.IndexSlice[baselines[:1], _RANK])
    return styler.format_index(_escaped, axis="columns").to_latex(
        column_format=f"rl{'r' * (len(labels) - 2)}",
        position_float="centering",
        hrules=True,
        caption=_caption(records, board),
        label=f"tab:{re.sub('[^a-z0-9]+', '-', records.study_id.lower()).strip('-')}",
    )


def _cells(table: Table) -> pd.DataFrame:
    kept = {heading.label: place for place, heading in enumerate(table.headings) if _belongs(heading.label)}
    rows = [[row.rank, row.name, *(row.cells[place] for place in kept.values())] for row in table.rows]
    return pd.DataFrame(rows, columns=[_RANK, _NAME, *kept])


def _belongs(label: str) -> bool:
    return label in _COLUMNS or _plain(label) in {column.label for column in SCORES.values()}


def _plain(label: str) -> str:
    return label.rstrip(_ARROWS)


def _number(text: object) -> str:
    """A cell, its hyphens before digits made minus signs."""
    return re.sub(r"-(?=\d)", "$-$", _escaped(text))


def _escaped(text: object) -> str:
    return str(text).translate(_ESCAPES)


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
    label = SCORES[records.ranked_by].label
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
