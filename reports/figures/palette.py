"""Colours that follow the page from light to dark, and stay one variant's from figure to figure.

Matplotlib knows no CSS variables, so figures are drawn in stand-in colours that `reports.figures.svg` replaces.
"""

from collections.abc import Sequence

TEXT = "#010101"
FAINT = "#020202"
SURFACE = "#030303"
_SERIES = ("#040401", "#040402", "#040403", "#040404", "#040405", "#040406")

# Behind --series-0 to --series-5 are the hues of Okabe and Ito 2008, "Color Universal Design", darker on light pages.
CSS_COLOURS: dict[str, str] = {
    TEXT: "var(--text)",
    FAINT: "var(--faint)",
    SURFACE: "var(--surface)",
} | {colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES)}


def colours(variants: Sequence[str]) -> dict[str, str]:
    """A stand-in colour for each variant; they repeat from the seventh on, so figures also name their variants."""
    return {variant: _SERIES[number % len(_SERIES)] for number, variant in enumerate(variants)}


def css_colours(variants: Sequence[str]) -> dict[str, str]:
    """The same colours as CSS has them, for what is drawn in the browser."""
    return {variant: CSS_COLOURS[colour] for variant, colour in colours(variants).items()}
