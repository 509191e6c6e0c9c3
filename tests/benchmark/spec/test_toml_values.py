from pathlib import Path
from typing import Any

import pytest

from benchmark.errors import UserError
from benchmark.spec.toml_values import DEEPEST, MOST_BYTES, apply_override, check_depth, read_toml


def nested(depth: int) -> dict[str, Any]:
    """So many tables within each other, the innermost empty."""
    values: dict[str, Any] = {}
    for _ in range(depth - 1):
        values = {"a": values}
    return values


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("budget.trials=16", {"budget": {"trials": 16}, "name": "old"}),
        ("name=new", {"name": "new"}),
        ('name="16"', {"name": "16"}),
        ("a.b.c=[1, 2.5]", {"a": {"b": {"c": [1, 2.5]}}, "name": "old"}),
        ("name=one = two", {"name": "one = two"}),
    ],
)
def test_a_value_takes_its_place(override: str, expected: dict[str, Any]) -> None:
    values: dict[str, Any] = {"name": "old"}
    apply_override(values, override)
    assert values == expected


@pytest.mark.parametrize(
    ("override", "reason"), [("trials", "KEY=VALUE"), ("=4", "KEY=VALUE"), ("name.x=1", "no table")]
)
def test_what_sets_nothing_is_refused(override: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason.replace("no table", "is a value, not a table")):
        apply_override({"name": "old"}, override)


def test_a_file_is_read_if_it_is_small_and_toml(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text("[budget]\ntrials = 4\n", encoding="utf-8")
    assert read_toml(path) == {"budget": {"trials": 4}}
    for content, reason in (
        (b"#" * (MOST_BYTES + 1), "more than"),
        (b"\xff", "not a TOML"),
        (b"[" * 5000, "spec.toml"),
    ):
        path.write_bytes(content)
        with pytest.raises(UserError, match=reason):
            read_toml(path)


def test_values_may_be_as_deep_as_a_spec_and_no_deeper() -> None:
    check_depth(nested(DEEPEST), "spec.toml")
    with pytest.raises(UserError, match=r"spec\.toml: nested too deep"):
        check_depth(nested(DEEPEST + 1), "spec.toml")
