r"""The leaderboard as a LaTeX table, to be put into a paper: it needs `\usepackage{booktabs}` and nothing else."""

import re

import pandas as pd

from benchmark.metrics.catalog import score_column
from benchmark.plain_text import one_line
from benchmark.race.rules import Rules
from reports.analysis.leaderboard import measured_scores, tested_scale, tested_score
from reports.analysis.searches import unit_of
from reports.output.tables import GEOMETRIC_MEAN, Table, leaderboard_table
from reports.records.load import StudyRecords
from reports.statistics.confidence_interval import FEWEST, METHOD
from reports.statistics.scale import RATIO
from reports.text.formats import count, percent_of
from reports.text.headline import headline

# pandas escapes cells for LaTeX too, but neither captions nor signs that LaTeX does not know.
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": "$<$", ">": "$>$", "|": "$|$", "±": r"$\pm$", "\N{MULTIPLICATION SIGN}": r"$\times$"}
    | {"\N{DOWNWARDS ARROW}": r"$\downarrow$", "\N{UPWARDS ARROW}": r"$\uparrow$"}
    | {"\N{EN DASH}": "--", "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{NO-BREAK SPACE}": "~"}
)
# Of the page's columns, those that a paper's table has beside the scores.
_COLUMNS = {
    "Times the best",
    "Above the best",
    "Left after",
    "95 % interval",
    GEOMETRIC_MEAN,
    "Published",
    "Seeds",
    "Searches",
}
_VERDICT, _NAME = "Verdict", "Variant"
_ARROWS = " \N{DOWNWARDS ARROW}\N{UPWARDS ARROW}"


def render_latex(records: StudyRecords, board: pd.DataFrame) -> str:
    """A `table` of verdicts, variants, scores, how far above the best, and seeds, as the page prints them.

    The ranking score of a contender stands in bold; the caption begins with the answer.

    Args:
        records: The study.
        board: Its `reports.analysis.leaderboard.leaderboard`.
    """
    table = leaderboard_table(records, board)
    styler = _cells(records, table).style.hide(axis="index").format(_number).format(_escaped, subset=[_VERDICT, _NAME])
    labels = styler.columns.tolist()
    ranking = [label for label in labels if _plain(label) == score_column(records.ranked_by).label]
    contenders = [number for number, row in enumerate(table.rows) if row.verdict == "contender"]
    # \boldmath reaches the plus-minus sign, which \textbf leaves as it is.
    styler.set_properties(pd.IndexSlice[contenders, ranking], boldmath="--wrap", textbf="--rwrap")
    baselines = [number for number, row in enumerate(table.rows) if row.kind != "variant"]
    styler.set_properties(pd.IndexSlice[baselines, _NAME], emph="--rwrap")
    # A rule between rows goes into the first cell below it: pandas draws its own only above and below all of them.
    styler.format("\\midrule\n{}", subset=pd.IndexSlice[baselines[:1], _VERDICT])
    return styler.format_index(_escaped, axis="columns").to_latex(
        column_format=f"ll{'r' * (len(labels) - 2)}",
        position_float="centering",
        hrules=True,
        caption=_caption(records, board),
        label=f"tab:{re.sub('[^a-z0-9]+', '-', records.study_id.lower()).strip('-')}",
    )


def _cells(records: StudyRecords, table: Table) -> pd.DataFrame:
    wanted = _COLUMNS | {score_column(name).label for name in measured_scores(records)}
    labels = {heading.label: place for place, heading in enumerate(table.headings)}
    kept = {label: place for label, place in labels.items() if label in wanted or _plain(label) in wanted}
    rows = [[row.verdict, row.name, *(row.cells[place] for place in kept.values())] for row in table.rows]
    return pd.DataFrame(rows, columns=[_VERDICT, _NAME, *kept])


def _plain(label: str) -> str:
    return label.rstrip(_ARROWS)


def _number(text: object) -> str:
    """A cell, its hyphens before digits made minus signs."""
    return re.sub(r"-(?=\d)", "$-$", _escaped(text))


def _escaped(text: object) -> str:
    return one_line(text).translate(_ESCAPES)


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
        f"Final runs on {protocol.dataset} ({protocol.split} split), mean ± standard deviation over {_units(records)}: "
        f"{count(protocol.real_images)} real against {count(protocol.generated_images)} generated images of "
        f"{protocol.resolution} by {protocol.resolution} pixels, features of {protocol.extractor}, torch-fidelity "
        f"{protocol.torch_fidelity}, {count(records.spec.budget.discriminator_steps)} discriminator updates."
    )


def _tested(records: StudyRecords, board: pd.DataFrame) -> list[str]:
    """How the intervals and verdicts came about, as far as there are any."""
    label, rules = score_column(records.ranked_by).label, records.spec.rules
    told, middle = [], "geometric mean" if tested_scale(records) is RATIO else "mean"
    if (board["seeds"] >= FEWEST).any():
        told.append(f"Intervals are of the {middle} {label}, at 95 %, by {METHOD}, from {FEWEST} {_units(records)} on.")
    if (board["verdict"] != "untested").any():
        told.append(
            f"Out is who was worse than another in a race of {_looks(rules)} {_units(records)} (Welch's tests of "
            f"{tested_score(records)}, the error of {percent_of(rules.error)} shared among looks and rivals); who is "
            "left stands in bold."
        )
    return told


def _units(records: StudyRecords) -> str:
    return {"seed": "seeds", "search": "searches"}[unit_of(records.spec)]


def _looks(rules: Rules) -> str:
    return f"{rules.seeds} to {rules.most_seeds}" if rules.most_seeds > rules.seeds else str(rules.seeds)
