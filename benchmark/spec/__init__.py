"""The study spec: sections, ranges, protocols, and the spec that they make."""

from benchmark.spec.final import Final
from benchmark.spec.ranges import Range, SearchRanges
from benchmark.spec.sections import (
    Budget,
    CohortSettings,
    PrunerSettings,
    SamplerSettings,
    Score,
    Section,
)
from benchmark.spec.spec import Spec, load_spec, spec_of, stored_spec

__all__ = [
    "Budget",
    "CohortSettings",
    "Final",
    "PrunerSettings",
    "Range",
    "SamplerSettings",
    "Score",
    "SearchRanges",
    "Section",
    "Spec",
    "load_spec",
    "spec_of",
    "stored_spec",
]
