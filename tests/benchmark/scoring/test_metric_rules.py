"""What metrics give: what becomes a float, and what is refused, each with its line."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from benchmark.errors import UserError
from benchmark.metrics.metric import Column, Metric
from benchmark.scoring.metric_rules import held_to_columns

COLUMNS = {name: Column(name, "", lower_is_better=True) for name in ("roughness", "spread")}
METRIC = Metric("roughness", COLUMNS, lambda comparison: {}, "these tests")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, 0.5),
        (3, 3.0),
        (np.float32(0.1), 0.10000000149011612),
        (np.float64(0.1), 0.1),
        (np.int64(7), 7.0),
        (np.array(0.25), 0.25),
        (torch.tensor(0.1), 0.10000000149011612),
        (torch.tensor(2), 2.0),
        (float("inf"), float("inf")),
    ],
)
def test_what_is_one_number_becomes_a_float_exactly(value: object, expected: float) -> None:
    found = held_to_columns(METRIC, {"roughness": value})
    assert found == {"roughness": expected}
    assert type(found["roughness"]) is float


def test_some_of_the_columns_will_do() -> None:
    assert held_to_columns(METRIC, {}) == {}
    assert held_to_columns(METRIC, {"spread": 1.0}) == {"spread": 1.0}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("high", "of type str: 'high'"),
        (None, "of type NoneType: None"),
        (True, "of type bool: True"),
        (torch.tensor(True), "of type Tensor, of shape ()"),
        (torch.zeros(4), "of type Tensor, of shape (4,)"),
        (torch.zeros(1), "of type Tensor, of shape (1,)"),
        (np.zeros((2, 3)), "of type ndarray, of shape (2, 3)"),
        (1j, "of type complex: 1j"),
    ],
)
def test_anything_else_is_refused_with_its_column(value: object, told: str) -> None:
    with pytest.raises(UserError) as refused:
        held_to_columns(METRIC, {"spread": 1.0, "roughness": value})
    assert str(refused.value) == (
        f"metric 'roughness': its column 'roughness' is {told}; must be a float, or what becomes one: an int, "
        "a number of numpy's, a tensor of shape ()"
    )


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"roughnes": 1.0}, "gives ['roughnes']: its columns are ['roughness', 'spread']; did you mean 'roughness'?"),
        ({"spread": 1.0, 3: 1.0}, "gives ['spread', 3]: its columns are ['roughness', 'spread']"),
        (0.5, "gives what is of type float: 0.5; must be a dictionary, a number by column of ['roughness', 'spread']"),
    ],
)
def test_what_is_no_dictionary_of_its_columns_is_refused(found: object, told: str) -> None:
    with pytest.raises(UserError) as refused:
        held_to_columns(METRIC, found)
    assert str(refused.value) == f"metric 'roughness' {told}"


@pytest.mark.parametrize("value", [-0.5, -0.0011, float("-inf"), torch.tensor(-1)])
def test_what_is_below_the_column_s_own_bound_is_refused(value: object) -> None:
    metric = replace(METRIC, columns={"roughness": Column("roughness", "", lower_is_better=True, lowest=0.0)})
    with pytest.raises(UserError) as refused:
        held_to_columns(metric, {"roughness": value})
    assert str(refused.value) == (
        f"metric 'roughness': its column 'roughness' is {float(value):g}; must be 0 or more, as the column says "  # type: ignore[arg-type]
        "(lowest), or the column must have no such bound"
    )


@pytest.mark.parametrize("value", [1.0, 1 - 1e-6, 7.5, float("nan"), float("inf")])
def test_what_is_below_it_by_rounding_alone_stays(value: float) -> None:
    metric = replace(METRIC, columns={"roughness": Column("roughness", "", lower_is_better=False, lowest=1.0)})
    assert held_to_columns(metric, {"roughness": value})["roughness"] == pytest.approx(value, nan_ok=True, abs=0)
