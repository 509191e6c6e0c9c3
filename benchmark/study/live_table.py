"""The table of a running study, as wide and as high as its terminal has room for."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from benchmark.metrics.catalog import known_scores
from benchmark.plain_text import counted
from benchmark.records import State
from benchmark.study.tally import Tally, VariantProgress
from benchmark.study.time_left import Running

ALL_COLUMNS, MOST_COLUMNS = 118, 80  # letters of a line from which on there is room
LONGEST_NAME = 24
# Lines besides those of variants: name, bar, two of the summary, headings, those left out, the cursor's.
OTHER_LINES = 7


@dataclass(frozen=True)
class _Row:
    """A variant, and the one of its runs on workers that has been there for longest."""

    name: str
    variant: VariantProgress
    label: str
    running: Running | None


@dataclass(frozen=True)
class _Column:
    """A column: its heading, its cells, and the width of a terminal from which on it is shown."""

    heading: str
    cell: Callable[[_Row], str]
    from_width: int = 0
    left: bool = False


def live_table(tally: Tally, width: int, height: int) -> RenderableType:
    """How far a study is, and what runs.

    Args:
        tally: With variants.
        width: Of the terminal, in letters.
        height: Of the terminal, in lines.
    """
    columns = [column for column in _columns(tally, width) if width >= column.from_width]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for column in columns:
        table.add_column(column.heading, justify="left" if column.left else "right", no_wrap=True)
    rows = [_row(name, variant) for name, variant in tally.variants.items()]
    shown = _most_telling(rows, max(1, height - OTHER_LINES))
    for row in shown:
        table.add_row(*(Text(column.cell(row)) for column in columns))
    others = f"and {counted(len(rows) - len(shown), 'variant')} of which nothing runs now"
    hidden = [Text(others)] if shown != rows else []
    bar = Padding(ProgressBar(total=max(1, tally.runs), completed=tally.done, width=min(60, width)))  # and its line end
    return Group(Text(tally.spec.study_id, style="bold"), bar, Text(tally.summary), table, *hidden)


def outputs_in_words(outputs: tuple[float, float] | None) -> str:
    """D(x) and D(G(z)), to be put behind a step; "" where they are not known yet."""
    return "" if outputs is None else f" D(x) {outputs[0]:.3g} D(G(z)) {outputs[1]:.3g}"


def _row(name: str, variant: VariantProgress) -> _Row:
    label, running = next(iter(variant.running.items()), ("", None))
    others = len(variant.running) - 1
    return _Row(name, variant, label.removeprefix(f"{name}-") + (f" +{others}" if others > 0 else ""), running)


def _most_telling(rows: list[_Row], most: int) -> list[_Row]:
    """As many rows as there is room for, in their order: those of which something runs before the others."""
    kept = sorted(rows, key=lambda row: row.running is None)[:most]
    return [row for row in rows if row in kept]


def _columns(tally: Tally, width: int) -> list[_Column]:
    objective, budget = known_scores()[tally.spec.score.objective].label, tally.spec.budget
    longest, of_all = min(LONGEST_NAME, width // 3), f"/{budget.discriminator_steps}" * (width >= MOST_COLUMNS)

    def output(which: int) -> Callable[[_Row], str]:
        return lambda row: f"{row.running.outputs[which]:.3g}" if row.running and row.running.outputs else ""

    def states(*names: State) -> Callable[[_Row], str]:
        return lambda row: str(sum(row.variant.states.get(name, 0) for name in names))

    return [
        _Column("variant", lambda row: row.name[:longest], left=True),
        _Column("trials", lambda row: f"{row.variant.trials}/{budget.trials * row.variant.searches}"),
        _Column("pruned", states("pruned"), ALL_COLUMNS),
        _Column("diverged", states("diverged", "failed"), ALL_COLUMNS),
        _Column(f"best {objective}", _best, MOST_COLUMNS),
        _Column("finals", _finals),
        _Column("running", lambda row: row.label, ALL_COLUMNS, left=True),
        _Column("step", lambda row: f"{row.running.step}{of_all}" if row.running else ""),
        _Column("D(x)", output(0), MOST_COLUMNS),
        _Column("D(G(z))", output(1), MOST_COLUMNS),
    ]


def _best(row: _Row) -> str:
    return "" if row.variant.best is None else f"{row.variant.best:.4g}"


def _finals(row: _Row) -> str:
    ended = len(row.variant.finals)
    return f"{ended}/{max(row.variant.wanted, ended)}"
