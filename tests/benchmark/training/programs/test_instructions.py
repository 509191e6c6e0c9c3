"""Instructions: what they call, name, and look like in Python."""

import math

import pytest
import torch

from benchmark.training.programs.instructions import Instruction, Name, resolve, source_of


def test_names_are_read_in_order_and_within_lists() -> None:
    instruction = Instruction("torch.cat", ([Name("a"), Name("b")], 0), {"out": Name("c")}, "d")
    assert list(instruction.names()) == ["a", "b", "c"]
    assert list(instruction.giving("e").names()) == ["a", "b", "c"]
    assert instruction.giving("e").result == "e"


def test_is_called_on_tensors() -> None:
    assert Instruction("torch.add", (torch.tensor(2), torch.tensor(3)), {"alpha": 2}).call().item() == 8


@pytest.mark.parametrize("target", ["os.system", "torch.nothing.such", "torch", "builtins.eval", "torch.float32"])
def test_nothing_but_functions_of_pytorch_is_called(target: str) -> None:
    with pytest.raises(ValueError, match=f"^{target} is no function of PyTorch's$"):
        resolve(target)


@pytest.mark.parametrize(
    "value",
    [1, -2.5, math.inf, -math.inf, True, None, torch.float64, torch.strided, torch.preserve_format, "mean", [1, [2]]],
)
def test_source_of_a_literal_is_that_literal(value: object) -> None:
    assert eval(source_of(value), {"torch": torch}) == value


def test_source_of_the_rest() -> None:
    assert math.isnan(eval(source_of(math.nan)))
    assert eval(source_of(torch.device("cpu")), {"torch": torch}) == torch.device("cpu")
    assert source_of((Name("x"), 1)) == "[x, 1]"
    with pytest.raises(ValueError, match="has no literal"):
        source_of(object())
