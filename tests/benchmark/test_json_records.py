"""Dataclasses as JSON, and back."""

import json
from dataclasses import dataclass, field
from math import inf, isnan, nan
from typing import Annotated, ClassVar

import pytest
from pydantic import ConfigDict, Field

from benchmark.json_records import WITH_NANS, from_json, to_json


@dataclass(frozen=True)
class Part:
    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    scores: dict[str, float]
    points: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    name: Annotated[str, Field(alias="label")]
    added_later: list[str] = field(default_factory=list)


WHOLE = Whole((Part({"fid": 0.1 + 0.2, "kid": 1e-300}, ((3, 2.0),)), Part({})), "ä")


@pytest.mark.parametrize("indent", [None, 1])
def test_what_is_written_is_read(indent: int | None) -> None:
    text = to_json(WHOLE, indent)
    assert from_json(Whole, text) == from_json(Whole, text.encode()) == WHOLE
    assert ("\n" in text) == (indent is not None)


def test_keys_are_fields_or_their_earlier_names() -> None:
    assert json.loads(to_json(WHOLE)) == {
        "parts": [{"scores": {"fid": 0.1 + 0.2, "kid": 1e-300}, "points": [[3, 2.0]]}, {"scores": {}, "points": []}],
        "label": "ä",
        "added_later": [],
    }


def test_numbers_that_are_not_finite_stay() -> None:
    scores = from_json(Part, to_json(Part({"a": inf, "b": -inf, "c": nan}))).scores
    assert (scores["a"], scores["b"], isnan(scores["c"])) == (inf, -inf, True)


def test_a_field_that_was_not_there_yet_has_its_default() -> None:
    assert from_json(Whole, '{"parts": [{"scores": {}}], "label": "b"}') == Whole((Part({}),), "b")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"parts": [{"scores": {"fid": "low"}}], "label": "b"}', r"^parts\.0\.scores\.fid: Input should be a valid"),
        ('{"parts": []}', r"^label: Field required$"),
        ("[1", r"^Whole: Invalid JSON"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        from_json(Whole, text)
    assert "\n" not in str(caught.value)
