"""Colours that follow the page from light to dark: one a family of losses, the same from study to study.

Matplotlib knows no CSS variables, so figures are drawn in stand-in colours that `reports.figures.svg` replaces.
"""

from collections.abc import Mapping

from reports.analysis.families import FAMILIES, OTHER

TEXT = "#010101"
FAINT = "#020202"
SURFACE = "#030303"
GREY = "#040400"
_SERIES = ("#040401", "#040402", "#040403", "#040404", "#040405", "#040406", "#040407")
_OF_FAMILIES = dict(zip((*FAMILIES, OTHER), _SERIES, strict=True))

# Behind --series-0 to --series-5 are the hues of Okabe and Ito 2008, "Color Universal Design", darker on light pages.
CSS_COLOURS: dict[str, str] = {
    TEXT: "var(--text)",
    FAINT: "var(--faint)",
    SURFACE: "var(--surface)",
    GREY: "var(--grey)",
} | {colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES)}


def colours(families: Mapping[str, str]) -> dict[str, str]:
    """A stand-in colour for each variant, that of its family; figures also name their variants."""
    return {variant: _OF_FAMILIES[family] for variant, family in families.items()}


def css_colours(families: Mapping[str, str]) -> dict[str, str]:
    """The same colours as CSS has them, for what is drawn in the browser."""
    return {variant: CSS_COLOURS[colour] for variant, colour in colours(families).items()}


def legend(families: Mapping[str, str]) -> dict[str, str]:
    """The families that are there with their CSS colours, in the order of the colours."""
    present = set(families.values())
    return {family: CSS_COLOURS[colour] for family, colour in _OF_FAMILIES.items() if family in present}
