"""What a computation calls, as PyTorch's own tracer writes it down."""

import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn.functional import conv2d, softplus

from benchmark.training.programs.compilation import compile_graph
from benchmark.training.programs.tracing import TracingError, trace

Compute = Callable[..., Sequence[Tensor]]
HALF = torch.tensor(0.5)


def penalty(weights: Tensor, images: Tensor) -> list[Tensor]:
    """A gradient of a gradient, as of WGAN-GP."""
    weights, images = weights.detach().requires_grad_(), images.detach().requires_grad_()
    logits = softplus(conv2d(images, weights, padding=1)).sum((1, 2, 3))
    (slopes,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    norms = slopes.flatten(1).norm(dim=1)
    return [*torch.autograd.grad((norms - 1).square().mean() + logits.mean(), weights), norms.detach()]


def functional(weights: Tensor, images: Tensor) -> list[Tensor]:
    """By `torch.func`, as the harness differentiates."""

    def loss(weights: Tensor) -> tuple[Tensor, Tensor]:
        out = conv2d(images, weights, padding=1).relu()
        return out.square().mean(), out.amax((2, 3))

    gradient, largest = torch.func.grad(loss, has_aux=True)(weights)
    return [gradient, largest]


def of_parts(weights: Tensor, images: Tensor) -> list[Tensor]:
    """Several results of one kernel, views, constants, factories, and a change in place."""
    one, other = images.transpose(2, 3).reshape(len(images), -1).chunk(2, 1)
    made = (one * 2).add_(other * HALF)
    values, places = made.max(1)
    return [values, places, torch.cat([one, made], 1), torch.arange(3) + weights.numel(), weights.flatten()[:2]]


@pytest.mark.parametrize("compute", [penalty, functional, of_parts])
def test_the_same_program_as_by_pytorch_s_own(compute: Compute) -> None:
    draw = torch.Generator().manual_seed(0)
    inputs = [torch.randn(4, 2, 3, 3, generator=draw), torch.randn(5, 2, 6, 6, generator=draw)]
    ours, theirs = (compile_graph(module, inputs) for module in (trace(compute, inputs), make_fx(compute)(*inputs)))
    assert ours.source == theirs.source
    others = [each * -0.7 for each in inputs]
    for program in (ours, theirs):
        with torch.inference_mode():
            played = program.bind(others)()
        for found, expected in zip(played, compute(*others), strict=True):
            assert torch.equal(found, expected)


@pytest.mark.parametrize(
    "compute",
    [
        lambda values: [values if values.sum() > 0 else -values],
        lambda values: [values * values.mean().item()],
        lambda values: [values * float(torch.equal(values, values))],
    ],
)
def test_who_looks_at_a_value_cannot_be_traced(compute: Compute) -> None:
    with pytest.raises(TracingError, match="looks at a tensor's value"):
        trace(compute, [torch.ones(3)])


def test_nothing_is_left_behind() -> None:
    """Once it is over, nobody looks at what is called."""
    module = trace(lambda values: [values + 1], [torch.ones(2)])
    torch.ones(2) * 3
    assert [str(node.target) for node in module.graph.nodes if node.op == "call_function"] == ["aten.add.Tensor"]
    assert module(torch.zeros(2))[0].tolist() == [1, 1]


def test_no_compiler_is_imported() -> None:
    program = """
import sys, torch
from benchmark.training.programs.compilation import compile_graph
from benchmark.training.programs.tracing import trace
inputs = [torch.ones(3, 4)]
assert len(compile_graph(trace(lambda rows: [(rows * 2).view(12).view(3, 4).sum(0)], inputs), inputs).each) == 2
print(sorted({"torch._dynamo", "torch._inductor", "sympy"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
