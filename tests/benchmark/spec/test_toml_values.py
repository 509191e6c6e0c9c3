from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.spec.toml_values import DEEPEST, Values, apply_override, check_depth, read_toml


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("a.b=3", 3),
        ("a.b=word", "word"),
        ('a.b="3"', "3"),
        ("a.b=[1, 2]", [1, 2]),
        ("a.b=", ""),
        ("a.b=1\nc = 2", "1\nc = 2"),
        ("a.b=" + "9" * 5000, "9" * 5000),
        (" a.b =x=y", "x=y"),
    ],
)
def test_a_value_is_toml_or_a_word(override: str, value: object) -> None:
    values: Values = {"a": {"b": 1, "c": 2}}
    apply_override(values, override, lambda keys: False)
    assert values == {"a": {"b": value, "c": 2}}


def test_values_are_as_deep_as_a_spec_needs_and_no_deeper() -> None:
    deep: object = 1
    for _ in range(DEEPEST - 1):
        deep = [deep]
    check_depth({"a": deep}, "x.toml")
    with pytest.raises(UserError, match=r"^x.toml: nested too deep: at most 8 tables and lists within each other$"):
        check_depth({"a": [deep]}, "x.toml")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        read_toml(tmp_path)
    (tmp_path / "x.toml").write_text("a = 1")
    assert read_toml(tmp_path / "x.toml") == {"a": 1}
