"""Graphs of kernel calls as programs: the same numbers, from memory that is used again and again."""

import math

import pytest
import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from benchmark.training.programs.compilation import compile_graph
from benchmark.training.programs.lowering import UntranslatableError
from benchmark.training.programs.program import Program


def results(program: Program, *inputs: Tensor) -> list[Tensor]:
    with torch.inference_mode():
        return [each.clone() for each in program.bind(inputs)()]


def test_computes_what_the_graph_does() -> None:
    table = torch.arange(6.0).view(2, 3)

    def compute(rows: Tensor, columns: Tensor) -> list[Tensor]:
        first, second = torch.split(columns, [1, 2], dim=1)  # a list of tensors
        top, places = rows.max(dim=1)  # a tuple
        bounded = torch.clamp(rows, min=-math.inf, max=2.5).to(torch.float64)
        return [rows @ table, first, second.sum((0, 1), keepdim=True), top, places, bounded, torch.zeros(2) + top]

    rows, columns = torch.tensor([[1.0, 4.0], [3.0, -2.0]]), torch.ones(2, 3)
    program = compile_graph(make_fx(compute)(rows, columns), [rows, columns])
    for sign in (1.0, -1.0):
        played = results(program, sign * rows, columns)
        for ours, expected in zip(played, compute(sign * rows, columns), strict=True):
            assert ours.dtype == expected.dtype
            assert torch.equal(ours, expected)


def test_sums_in_the_order_of_the_graph() -> None:
    """Gathered into one product, as an optimiser may do it, these round differently."""
    draw = torch.Generator().manual_seed(0)
    parts = [torch.randn(64, 64, generator=draw) for _ in range(12)]

    def compute(*matrices: Tensor) -> list[Tensor]:
        total = matrices[0] @ matrices[6]
        for left, right in zip(matrices[1:6], matrices[7:], strict=True):
            total = total + left @ right
        return [total]

    program = compile_graph(make_fx(compute)(*parts), parts)
    for _ in range(4):
        assert torch.equal(results(program, *parts)[0], compute(*parts)[0])


def test_what_is_no_kernel_is_refused() -> None:
    class Outside(nn.Module):
        def forward(self, values: Tensor) -> list[Tensor]:
            return [torch.special.expit(values)]

    with pytest.raises(UntranslatableError, match=r"is no kernel of PyTorch's"):
        compile_graph(fx.symbolic_trace(Outside()), [torch.zeros(2)])


def test_is_bound_to_tensors_and_not_to_their_numbers() -> None:
    def compute(weights: Tensor, images: Tensor) -> list[Tensor]:
        return [(images @ weights.view(2, 3).t()).relu()]

    weights, images = torch.arange(6.0), torch.ones(4, 3)
    program = compile_graph(make_fx(compute)(weights, images), [weights, images])
    run = program.bind([weights, images])
    with torch.inference_mode():
        assert run()[0].tolist() == [[3.0, 12.0]] * 4
        weights.neg_()[3:].neg_()
        assert run()[0].tolist() == [[0.0, 12.0]] * 4
        # Bound to another's tensors as well, it leaves the first alone.
        other = program.bind([torch.ones(6), 2 * images])
        assert other()[0].tolist() == [[6.0, 6.0]] * 4
        assert run()[0].tolist() == [[0.0, 12.0]] * 4


def test_what_is_changed_in_place_is_a_copy() -> None:
    def compute(count: Tensor, values: Tensor) -> list[Tensor]:
        copied = count.clone()
        copied.add_(values.sum())
        return [copied, values * copied]

    count, values = torch.tensor(1.0), torch.tensor([1.0, 2.0])
    program = compile_graph(make_fx(compute)(count, values), [count, values])
    for _ in range(2):
        assert [each.tolist() for each in results(program, count, values)] == [4.0, [4.0, 8.0]]
    assert count.item() == 1


def test_changing_what_was_given_is_refused() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        return [values.add_(1)]

    with pytest.raises(UntranslatableError, match=r"aten.add_.Tensor changes what the graph was given"):
        compile_graph(make_fx(compute)(torch.zeros(2)), [torch.zeros(2)])


def test_a_gradient_in_parts_is_written_in_place() -> None:
    """As an optimiser's flat gradient: two products and zeros behind one another, with no copy of either."""

    def compute(left: Tensor, right: Tensor) -> list[Tensor]:
        parts = [(left @ right).view(-1), (left + right).view(-1), torch.zeros(16)]
        return [torch.cat(parts)]

    left, right = torch.rand(8, 8), torch.rand(8, 8)
    program = compile_graph(make_fx(compute)(left, right), [left, right])
    assert [each.target for each in program.each] == ["torch.mm", "torch.add"]
    for _ in range(2):
        assert torch.equal(results(program, left, right)[0], compute(left, right)[0])


def test_a_part_that_is_read_later_keeps_its_numbers() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        part = values.sin()
        joined = torch.cat([part, values])
        return [joined.sum(), part.exp(), joined.neg()]

    values = torch.rand(64)
    program = compile_graph(make_fx(compute)(values), [values])
    for ours, expected in zip(results(program, values), compute(values), strict=True):
        assert torch.equal(ours, expected)


def test_the_backward_of_a_slice_is_zero_outside() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        leaf = values.detach().requires_grad_()
        (gradient,) = torch.autograd.grad((leaf[1:3].square().sum() + leaf[0]), leaf)
        return [gradient]

    values = torch.tensor([1.0, 2.0, 3.0, 4.0])
    program = compile_graph(make_fx(compute)(values), [values])
    for _ in range(2):
        assert results(program, values)[0].tolist() == [1.0, 4.0, 6.0, 0.0]
