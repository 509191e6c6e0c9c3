"""Search ranges: what they hold, which a variant has, and what is no range."""

from typing import Any

import pytest
from pydantic import ValidationError

from benchmark.spec import Range, SearchRanges


@pytest.mark.parametrize(
    ("searched", "inside", "outside"),
    [
        (Range(low=1e-4, high=1e-2), (1e-4, 1e-3, 1e-2), (9e-5, 1.1e-2, 0.0)),
        (Range(choices=(1, 5)), (1, 5.0), (2, 0.5)),
    ],
)
def test_holds_its_ends_and_nothing_beyond(
    searched: Range, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    assert all(map(searched.holds, inside))
    assert not any(map(searched.holds, outside))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"low": 1.0},
        {"low": 2.0, "high": 1.0},
        {"low": 1.0, "high": 1.0},
        {"low": 0.0, "high": 1.0, "log": True},
        {"choices": []},
        {"choices": [1.0], "low": 0.5},
        {"choices": [1.0], "log": True},
    ],
)
def test_what_is_neither_interval_nor_choices_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"choices = \[\.\.\.\]"):
        Range.model_validate(values)


def test_a_variant_has_its_own_range_where_it_names_one_and_the_shared_elsewhere() -> None:
    rate, own = {"low": 1e-4, "high": 1e-2, "log": True}, {"choices": [5]}
    search = SearchRanges.model_validate(
        {"lr_generator": rate, "n_critic": {"choices": [1, 2]}, "wgan": {"n_critic": own}}
    )
    assert search.ranges("wgan") == {"lr_generator": Range(**rate), "n_critic": Range(choices=(5,))}
    assert search.ranges("dcgan") == {"lr_generator": Range(**rate), "n_critic": Range(choices=(1, 2))}
    assert SearchRanges.model_validate(search.model_dump()) == search


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("n_critic", {"low": 1, "high": 5}, "n_critic: give choices"),
        ("n_critic", {"choices": [1.5]}, "n_critic = 1.5: must be a whole number or 1 over a whole number"),
        ("beta1", {"low": 0.0, "high": 1.0}, r"beta1 = 1.0: must be a number in \[0, 1\)"),
        ("lr_generator", {"low": -1.0, "high": 1.0}, "lr_generator = -1.0: must be a finite number > 0"),
    ],
)
def test_no_range_leaves_the_domain_of_its_hyperparameter(name: str, values: dict[str, Any], message: str) -> None:
    for table in ({name: values}, {"wgan": {name: values}}):
        with pytest.raises(ValidationError, match=message):
            SearchRanges.model_validate(table)


def test_an_unknown_hyperparameter_is_named_with_the_known() -> None:
    with pytest.raises(ValidationError, match=r"unknown hyperparameter 'lr' in \[search.wgan\]; known: lr_generator, "):
        SearchRanges.model_validate({"wgan": {"lr": {"low": 1, "high": 2}}})
