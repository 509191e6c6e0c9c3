"""One part's section of a page."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from tools.documentation.families import Family
from tools.documentation.formulas import formula
from tools.documentation.markdown import bullets, code, prose, sentence
from tools.documentation.sources import identifier_of, module_of, path_of


def section(family: Family, part: Any) -> str:
    """What there is to say of a part: its idea, its formulas, what it needs, its limits and its paper."""
    module = module_of(part, family.package)
    path = path_of(module)
    facts = [(word, prose(text(part))) for word, text in family.facts if text(part)]
    facts += [("Limits", sentence(part.limits))] if part.limits else []
    facts += [("Source", sentence(part.citation))] if part.citation else []
    if identifier := identifier_of(part, family.package):
        facts += [("Import", f"`from {family.package.__name__} import {identifier}`")]
    facts += [("File", f"[{path}](../../{path})")]
    idea = (module.__doc__ or "").splitlines()[0]
    rows = formulas(family, part)
    blocks = [f"## {part.name}", sentence(idea), code(rows) if rows else "", bullets(facts), family.appendix(part)]
    return "\n\n".join(block for block in blocks if block)


def formulas(family: Family, part: Any) -> list[tuple[str, str]]:
    """What a part's own functions compute, each after what the page calls it."""
    own = {word: function for word, name in family.functions.items() if (function := own_function(part, name))}
    return [(word, text) for word, function in own.items() if (text := formula(function))]


def own_function(part: Any, attribute: str) -> Callable[..., Any] | None:
    """A part's function, or None where it is what every part of the kind has."""
    usual = {field.name: field.default for field in fields(part)}
    function: Callable[..., Any] = getattr(part, attribute)
    return None if function is usual[attribute] else function
