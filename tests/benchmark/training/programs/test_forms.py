"""Kernels that write where they are told, against what they compute by themselves."""

import pytest
import torch
from torch import Tensor

from benchmark.training.programs.forms import chosen_form, equal
from benchmark.training.programs.instructions import Instruction

aten = torch.ops.aten
ROWS = torch.tensor([[1.0, -2.0], [3.0, 0.5]])
BITS = torch.tensor([5, -3], dtype=torch.int32)


@pytest.mark.parametrize(
    ("kernel", "arguments", "target"),
    [
        (aten.mm.default, (ROWS, ROWS), "torch.mm"),
        (aten.leaky_relu.default, (ROWS, 0.2), "torch._C._nn.leaky_relu"),
        (aten.relu.default, (ROWS,), "torch.clamp_min"),
        (aten.mean.default, (ROWS,), "torch.mean"),
        (aten.clone.default, (ROWS,), "torch.Tensor.copy_"),
        (aten.sum.dim_IntList, (ROWS, [0], True), "torch.sum"),
        (aten.tanh_backward.default, (ROWS, ROWS), "torch.ops.aten.tanh_backward.grad_input"),
        (aten.log_sigmoid_forward.default, (ROWS,), "torch.ops.aten.log_sigmoid_forward.output"),
        (aten.__rshift__.Scalar, (BITS, 1), "torch.bitwise_right_shift"),
    ],
)
def test_writes_what_it_computes(kernel: torch._ops.OpOverload, arguments: tuple, target: str) -> None:
    expected = kernel(*arguments)
    form = chosen_form(kernel, arguments, {}, expected)
    assert form is not None
    assert form.target == target
    results = [expected] if isinstance(expected, Tensor) else list(expected)
    places = [torch.full_like(each, 7) for each in results]
    form.instruction(arguments, {}, places).call()
    assert all(map(torch.equal, places, results))


def test_numbers_become_tensors_where_that_is_the_same() -> None:
    form = chosen_form(aten.mul.Tensor, (ROWS, 0.1), {}, ROWS * 0.1)
    assert form is not None
    assert {place: (each.item(), each.dtype) for place, each in form.scalars.items()} == {
        1: (torch.tensor(0.1).item(), torch.float32)
    }
    # A power of a tensor is computed in another way than a square.
    power = chosen_form(aten.pow.Tensor_Scalar, (ROWS, 2), {}, ROWS**2)
    assert power is not None
    assert not power.scalars


def test_what_has_no_form_of_its_own_has_none() -> None:
    """A convolution computes, and PyTorch would copy what it computed."""
    images, weights = torch.rand(1, 2, 4, 4), torch.rand(3, 2, 3, 3)
    arguments = (images, weights, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
    assert chosen_form(aten.convolution.default, arguments, {}, aten.convolution.default(*arguments)) is None
    # Whose result is another thing than tensors.
    assert chosen_form(aten.is_same_size.default, (ROWS, ROWS), {}, [True]) is None


def test_other_numbers_are_another_form() -> None:
    assert chosen_form(aten.mm.default, (ROWS, ROWS), {}, ROWS @ ROWS + 1e-6) is None


def test_equal_is_bit_for_bit_and_nan_equals_nan() -> None:
    nan = torch.tensor([float("nan"), 1.0])
    assert equal(nan, nan.clone())
    assert not equal(nan, torch.tensor([float("nan"), 1.0 + 1e-7]))
    assert not equal(torch.ones(1), torch.ones(1, dtype=torch.float64))


def test_an_instruction_puts_keywords_before_places() -> None:
    form = chosen_form(aten.add.Tensor, (ROWS, ROWS), {"alpha": 2}, ROWS * 3)
    assert form is not None
    place = torch.zeros(2, 2)
    assert form.instruction((ROWS, ROWS), {"alpha": 2}, [place]) == Instruction(
        "torch.add", (ROWS, ROWS), {"alpha": 2, "out": place}
    )
