"""What all charts have in common: how they carry their data, their colours, and how one variant is picked out."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.families import families
from reports.analysis.first_few import first_few
from reports.figures.palette import css_colours
from reports.records.load import StudyRecords

Spec = dict[str, Any]
_DIGITS = 5
# Pixels from one name at the end of a line to the next.
_LINE = 13
# Fields that hold no numbers.
_WORDS = {"variant", "other", "state", "curve", "hyperparameter", "verdict", "front"}
# Ten times from the lowest to the highest value, and a logarithmic axis shows more.
_DECADE = 10.0


@dataclass(frozen=True)
class Chart:
    """One interactive chart.

    Every specification has two parameters that the page sets: `highlight`, the variant to pick out ("" for none), and
    `shown`, the variant that charts of a single one show.

    Attributes:
        name: Of its place on the page.
        title: Heading.
        key: How to read it.
        data: Its rows.
        spec: Vega-Lite, but for the data. Colours may be `var(--...)`, which the page resolves.
    """

    name: str
    title: str
    key: str
    data: pd.DataFrame
    spec: Spec

    def to_json(self) -> str:
        """Specification and data by columns, for a script element."""
        names = [str(name) for name in self.data.columns]
        rows = [list(row.values()) for row in rows_of(self.data)]
        text = json.dumps({"spec": self.spec, "columns": names, "rows": rows}, separators=(",", ":"))
        return text.replace("<", "\\u003c")  # so that no name can close the script element


def rows_of(data: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as Vega-Lite takes them; numbers with five digits, None where there is none."""
    names = [str(name) for name in data.columns]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in data.itertuples(index=False)]


def _plain(value: object) -> object:
    if isinstance(value, str | bool):
        return value
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else float(f"{number:.{_DIGITS}g}")


def specification(shown: str, height: int, **parts: Any) -> Spec:
    """A specification of the page's width.

    Args:
        shown: The variant that charts of a single one show at first.
        height: In pixels.
        parts: Of Vega-Lite's grammar: `mark`, `encoding`, `layer`, `transform`.
    """
    params = [{"name": "highlight", "value": ""}, {"name": "shown", "value": shown}]
    return {"width": "container", "height": height, "params": params} | parts


def first_of(board: pd.DataFrame) -> str:
    """The variant that stands first."""
    return str(board["variant"].iloc[0]) if len(board) else ""


def variant_colour(records: StudyRecords, board: pd.DataFrame) -> Spec:
    """The colour channel: its family's for the first few and for who is highlighted, grey for the others."""
    return family_colour(records, f"indexof({json.dumps(first_few(board))}, datum.variant) < 0")


def family_colour(records: StudyRecords, grey: str) -> Spec:
    """The colour channel: its family's, but grey for who is not highlighted and of whom an expression holds."""
    colours = css_colours(families(records))
    scale = {"domain": list(colours), "range": list(colours.values())}
    condition = {"test": f"datum.variant !== highlight && {grey}", "value": "var(--grey)"}
    return {"condition": condition, "field": "variant", "type": "nominal", "scale": scale, "legend": None}


def grey_first(data: pd.DataFrame, board: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first few last, the best one's at the very end: what comes later is drawn above."""
    few = first_few(board)
    places = data["variant"].map(lambda name: len(few) - few.index(name) if name in few else 0)
    return data.assign(place=places).sort_values("place", kind="stable").drop(columns="place")


def apart(ends: Mapping[str, float], domain: tuple[float, float], height: int) -> dict[str, float]:
    """Where names are written beside the ends of lines: at the ends, moved up or down so that none lies on another.

    Args:
        ends: By name, where its line ends; all positive on a logarithmic axis.
        domain: Of the axis, which is logarithmic if `quantity` makes it so.
        height: Of the chart, in pixels.
    """
    to, back = (math.log, math.exp) if domain[0] > 0 and domain[1] >= _DECADE * domain[0] else (float, float)
    low, high = to(domain[0]), to(domain[1])
    pixel = (high - low) / height or 1.0
    places: dict[str, float] = {}
    below = -math.inf
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        places[name] = below = max(to(end), below + _LINE * pixel)
    # Half of what they were moved up is taken back, so that they stay about the middle of their ends.
    moved = [place - to(ends[name]) for name, place in places.items()]
    back_by = max(moved, default=0.0) / 2
    return {name: back(max(low, place - back_by)) for name, place in places.items()}


def names_at_ends(
    lines: pd.DataFrame, board: pd.DataFrame, fields: tuple[str, str], domain: tuple[float, float], height: int
) -> Spec:
    """The layer that writes the names of the first few at the ends of their lines, apart from each other.

    Args:
        lines: Points of all lines.
        board: The leaderboard.
        fields: Along which a line goes, and how high.
        domain: Of the height.
        height: Of the chart, in pixels.
    """
    along, high = fields
    last = lines.sort_values(along, kind="stable").drop_duplicates("variant", keep="last")
    last = last[last["variant"].isin(first_few(board))]
    places = apart(dict(zip(last["variant"], last[high], strict=True)), domain, height)
    return {
        "data": {"values": rows_of(last.assign(**{high: last["variant"].map(places)}))},
        "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 11},
        "encoding": {"text": {"field": "variant"}, "opacity": emphasis(1.0, faint=0.25)},
    }


def emphasis(plain: float, picked: float = 1.0, faint: float = 0.07) -> Spec:
    """The opacity channel: `plain` until a variant is highlighted, which is then `picked` and the others `faint`."""
    conditions = [
        {"test": "highlight === ''", "value": plain},
        {"test": "datum.variant === highlight", "value": picked},
    ]
    return {"condition": conditions, "value": faint}


def foreground(board: pd.DataFrame, faint: float = 0.2) -> Spec:
    """The opacity channel of lines: the first few before the others; whoever is highlighted before all."""
    few = json.dumps(first_few(board))
    channel = emphasis(0.45, faint=faint)
    first = {"test": f"highlight === '' && indexof({few}, datum.variant) >= 0", "value": 0.95}
    return channel | {"condition": [first, *channel["condition"]]}


def only_shown() -> Spec:
    """The transform that leaves one variant: the highlighted, else the one that `shown` names."""
    return {"filter": "datum.variant === (highlight === '' ? shown : highlight)"}


def quantity(field: str, title: str, values: Iterable[float]) -> Spec:
    """A channel of numbers, logarithmic if they are positive and span a decade; never forced to begin at zero."""
    finite = [float(value) for value in values if math.isfinite(value)]
    logarithmic = bool(finite) and min(finite) > 0 and max(finite) >= _DECADE * min(finite)
    scale = {"type": "log"} if logarithmic else {"zero": False}
    axis = {"tickCount": 7, "tickMinStep": int(bool(finite) and all(value.is_integer() for value in finite))}
    channel: Spec = {"field": field, "type": "quantitative", "title": title}
    return channel | {"scale": scale | {"nice": False, "padding": 8}, "axis": axis}


def tooltip(**titles: str) -> list[Spec]:
    """The tooltip channel: fields and what they are called; numbers with four digits."""
    number = {"type": "quantitative", "format": ".4~g"}
    word = {"type": "nominal"}
    return [{"field": f, "title": title} | (word if f in _WORDS else number) for f, title in titles.items()]


def label_of(score: str) -> str:
    """A score's name with its better end."""
    column = score_column(score)
    better = {True: " (lower is better)", False: " (higher is better)", None: ""}[column.lower_is_better]
    return column.label + better
