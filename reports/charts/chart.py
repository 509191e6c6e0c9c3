"""What all charts have in common: how they carry their data, their colours, and how one variant is picked out."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.figures.palette import css_colours

Spec = dict[str, Any]
# As many variants as there are colours have a legend; more are told apart by pointing at them.
_LEGEND = 6
_DIGITS = 5
# Fields that hold no numbers.
_WORDS = {"variant", "other", "state", "curve", "hyperparameter", "verdict"}
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
        rows = [[_plain(value) for value in row] for row in self.data.itertuples(index=False)]
        text = json.dumps({"spec": self.spec, "columns": names, "rows": rows}, separators=(",", ":"))
        return text.replace("<", "\\u003c")  # so that no name can close the script element


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


def variant_colour(names: Sequence[str]) -> Spec:
    """The colour channel: each variant's own, as in the other figures."""
    legend = {"orient": "top", "title": None, "columns": 3, "symbolOpacity": 1} if len(names) <= _LEGEND else None
    domain, colours = list(names), list(css_colours(names).values())
    return {"field": "variant", "type": "nominal", "scale": {"domain": domain, "range": colours}, "legend": legend}


def emphasis(plain: float, picked: float = 1.0, faint: float = 0.07) -> Spec:
    """The opacity channel: `plain` until a variant is highlighted, which is then `picked` and the others `faint`."""
    conditions = [
        {"test": "highlight === ''", "value": plain},
        {"test": "datum.variant === highlight", "value": picked},
    ]
    return {"condition": conditions, "value": faint}


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
