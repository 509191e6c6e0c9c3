"""How numbers are printed; the page and the Markdown report share it."""

import math
from collections.abc import Iterable, Sequence

from benchmark.plain_text import counted

ABSENT = "\N{EN DASH}"
_SIGNIFICANT = 3
_MOST_DECIMALS = 5


def decimals_for(values: Iterable[float]) -> int:
    """Decimals that leave the smallest positive value three significant digits, at most five; 3 without values."""
    positive = [value for value in values if math.isfinite(value) and value > 0]
    if not positive:
        return _SIGNIFICANT
    return min(_MOST_DECIMALS, max(0, _SIGNIFICANT - 1 - math.floor(math.log10(min(positive)))))


def fixed(value: float, decimals: int) -> str:
    """A number with so many decimals, or a dash if there is none."""
    return f"{value:.{max(0, decimals)}f}" if math.isfinite(value) else ABSENT


def plus_minus(mean: float, std: float, decimals: int) -> str:
    """As in `31.2 ± 0.9`; the mean alone where there is no spread."""
    return f"{fixed(mean, decimals)} ± {fixed(std, decimals)}" if math.isfinite(std) else fixed(mean, decimals)


def span(low: float, high: float, decimals: int) -> str:
    """As in `[29.0, 33.4]`, or a dash."""
    return f"[{fixed(low, decimals)}, {fixed(high, decimals)}]" if math.isfinite(low) else ABSENT


def short(value: float) -> str:
    """Three significant digits, or a dash."""
    return f"{value:.3g}" if math.isfinite(value) else ABSENT


def percent(share: float) -> str:
    """A share of 1 in whole percent, or a dash."""
    return f"{100 * share:.0f} %" if math.isfinite(share) else ABSENT


def count(value: float) -> str:
    """A whole number with thin spaces between thousands, or a dash."""
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if math.isfinite(value) else ABSENT


def seeds(number: object, unit: str = "seed") -> str:
    """As in `1 seed` or `6 seeds`; `6 searches` where these are raced."""
    return counted(int(float(str(number))), unit)


def thousands(value: float) -> str:
    """As in `812k` or `2.3M`, or a dash."""
    return _in_units(value, ((1e6, 1e6, "M", 1), (1e4, 1e3, "k", 0), (1e3, 1e3, "k", 1), (0.0, 1.0, "", 0)))


def duration(seconds: float) -> str:
    """As in `41 s`, `12 min` or `3.4 h`, or a dash."""
    return _in_units(
        seconds, ((5400.0, 3600.0, " h", 1), (90.0, 60.0, " min", 0), (10.0, 1.0, " s", 0), (0.0, 1.0, " s", 1))
    )


def _in_units(value: float, units: Sequence[tuple[float, float, str, int]]) -> str:
    """Print in the first unit (from this value on, its size, its name, decimals) that is not too large."""
    if not math.isfinite(value):
        return ABSENT
    size, name, decimals = next(unit[1:] for unit in units if value >= unit[0])
    return f"{value / size:.{decimals}f}{name}"


def listing(names: Sequence[str]) -> str:
    """As in `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def times(ratio: float) -> str:
    """How many times as high: two decimals below ten, else three significant digits; a dash if there is none."""
    return f"{ratio:.2f}" if abs(ratio) < 10 else short(ratio)


def percent_of(share: float) -> str:
    """A share of 1 in percent with the digits that it was given with, as in `95 %` or `99.5 %`."""
    return f"{100 * share:.10g} %"
