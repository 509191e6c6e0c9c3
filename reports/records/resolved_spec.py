"""Writes a resolved spec as the TOML that gives it back: the same study id, whatever it was put together from."""

import json
from typing import Any

from benchmark.spec import Spec
from reports.records.load import StudyRecords


def to_toml(spec: Spec) -> str:
    """The spec as a TOML file.

    Args:
        spec: With every default and override in place.

    Returns:
        What `benchmark.spec.load_spec` reads as an equal spec.
    """
    values = spec.model_dump(mode="json", exclude_none=True)
    search = values.pop("search")
    tables = {name: value for name, value in values.items() if isinstance(value, dict)}
    lines = [_pair(name, value) for name, value in values.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(_pair(key, value) for key, value in table.items())]
    owners = {"search": search["shared"]} | {f"search.{name}": own for name, own in search["by_variant"].items()}
    for owner, ranges in owners.items():
        lines += ["", f"[{owner}]", *(_pair(name, _without_defaults(given)) for name, given in ranges.items())]
    return "\n".join(lines) + "\n"


def spec_files(records: StudyRecords) -> dict[str, Spec]:
    """The specs of a report by the names of their files: one a study."""
    if len(records.specs) < 2:
        return {"spec.toml": records.spec}
    return {f"spec-{study}.toml": spec for study, spec in records.specs.items()}


def _without_defaults(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not False}


def _pair(key: str, value: object) -> str:
    if isinstance(value, dict):
        return f"{key} = {{ {', '.join(_pair(name, inner) for name, inner in value.items())} }}"
    # JSON's strings, numbers, booleans and lists are TOML's.
    return f"{key} = {json.dumps(value)}"
