"""Writes a resolved spec as the TOML that gives it back: the same study id, whatever it was put together from."""

import tomli_w

from benchmark.spec import Spec
from reports.records.load import StudyRecords


def to_toml(spec: Spec) -> str:
    """The spec as a TOML file.

    Args:
        spec: With every default and override in place.

    Returns:
        What `benchmark.spec.load_spec` reads as an equal spec.
    """
    ranges = spec.search.model_dump(mode="json", exclude_defaults=True)
    search = ranges.get("shared", {}) | ranges.get("by_variant", {})
    return tomli_w.dumps(spec.model_dump(mode="json", exclude_none=True) | {"search": search})


def spec_files(records: StudyRecords) -> dict[str, Spec]:
    """The specs of a report by the names of their files: one a study."""
    if len(records.specs) < 2:
        return {"spec.toml": records.spec}
    return {f"spec-{study}.toml": spec for study, spec in records.specs.items()}
