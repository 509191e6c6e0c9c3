"""Graphs of kernel calls as TorchScript."""

import math

import pytest
import torch
from torch import Tensor, fx, nn
from torch.fx.experimental.proxy_tensor import make_fx

from benchmark.training.kernels.torchscript import UntranslatableError, compile_graph


def test_computes_what_the_graph_does() -> None:
    table = torch.arange(6.0).view(2, 3)

    def compute(rows: Tensor, columns: Tensor) -> list[Tensor]:
        first, second = torch.split(columns, [1, 2], dim=1)  # a list of tensors
        top, places = rows.max(dim=1)  # a tuple
        bounded = torch.clamp(rows, min=-math.inf, max=2.5).to(torch.float64)
        return [rows @ table, first, second.sum((0, 1), keepdim=True), top, places, bounded, torch.zeros(2) + top]

    rows, columns = torch.tensor([[1.0, 4.0], [3.0, -2.0]]), torch.ones(2, 3)
    program = compile_graph(make_fx(compute)(rows, columns))
    for sign in (1.0, -1.0):
        for ours, expected in zip(program(sign * rows, columns), compute(sign * rows, columns), strict=True):
            assert ours.dtype == expected.dtype
            assert torch.equal(ours, expected)


def test_sums_in_the_order_of_the_graph() -> None:
    """TorchScript's optimiser would gather these products into one, which rounds differently."""
    draw = torch.Generator().manual_seed(0)
    parts = [torch.randn(64, 64, generator=draw) for _ in range(12)]

    def compute(*matrices: Tensor) -> list[Tensor]:
        total = matrices[0] @ matrices[6]
        for left, right in zip(matrices[1:6], matrices[7:], strict=True):
            total = total + left @ right
        return [total]

    program = compile_graph(make_fx(compute)(*parts))
    for _ in range(4):
        assert torch.equal(program(*parts)[0], compute(*parts)[0])


def test_what_is_no_kernel_is_refused() -> None:
    class Outside(nn.Module):
        def forward(self, values: Tensor) -> list[Tensor]:
            return [torch.special.expit(values)]

    with pytest.raises(UntranslatableError, match=r"is no kernel of PyTorch's"):
        compile_graph(fx.symbolic_trace(Outside()))
