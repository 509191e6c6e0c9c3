"""The page of the variants."""

from collections.abc import Iterable, Mapping
from typing import Any

from ganzoo.components import CONSTANT, UNCONSTRAINED
from ganzoo.variant import SourceRun, Variant
from tools.documentation.formulas import settings
from tools.documentation.markdown import bullets, sentence, table

INTRODUCTION = (
    "Every variant that has a name: its parts, and the hyperparameters that its source trains it with, which are trial "
    "0 of a search."
)
HEAD = ("variant", "architecture", "loss", "penalties", "constraint", "further")


def variants_page(variants: Mapping[str, Variant]) -> str:
    """A table of all variants, then a section for each."""
    overview = table(HEAD, (_row(variant) for variant in variants.values()))
    blocks = ["# Variants", INTRODUCTION, overview, *(_section(variant) for variant in variants.values())]
    return "\n\n".join(blocks) + "\n"


def _row(variant: Variant) -> tuple[str, ...]:
    further = [*variant.augmentations, *_changed(variant.schedule, CONSTANT), *_changed(variant.averaging, None)]
    return (
        f"[{variant.name}](#{variant.name})",
        variant.architecture.name,
        variant.loss.name,
        ", ".join(part.name for part in variant.penalties),
        ", ".join(part.name for part in _changed(variant.constraint, UNCONSTRAINED)),
        ", ".join(part.name for part in further),
    )


def _section(variant: Variant) -> str:
    by_page: dict[str, Iterable[Any]] = {
        "architectures": [variant.architecture],
        "losses": [variant.loss],
        "penalties": variant.penalties,
        "constraints": _changed(variant.constraint, UNCONSTRAINED),
        "augmentations": variant.augmentations,
        "schedules": _changed(variant.schedule, CONSTANT),
        "averaging": _changed(variant.averaging, None),
    }
    facts = [
        ("Parts", ", ".join(link for page, parts in by_page.items() for link in _links(page, parts))),
        ("Latents", f"{variant.latent_size} numbers, {variant.prior.name}"),
        ("Training", f"{variant.optimiser}, {variant.batch_size} images a batch{_length(variant.source_run)}"),
        ("Defaults", settings(variant.defaults.present())),
        ("Source", sentence(variant.citation)),
    ]
    return f"## {variant.name}\n\n{bullets(facts)}"


def _length(source: SourceRun) -> str:
    """How long a source trains, and on what, as far as it is known."""
    known = f", {source.epochs} epochs" if source.epochs else ""
    return f"{known}, on {source.dataset}" if source.dataset else known


def _links(page: str, parts: Iterable[Any]) -> list[str]:
    return [f"[{part.name}]({page}.md#{part.name})" for part in parts]


def _changed(part: Any, usual: Any) -> list[Any]:
    return [] if part is usual else [part]
