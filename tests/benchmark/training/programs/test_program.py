"""A program as Python: by hand."""

import torch

from benchmark.training.programs.buffers import Buffer
from benchmark.training.programs.instructions import Instruction, Name
from benchmark.training.programs.program import Program

PROGRAM = Program(
    inputs=("i0",),
    constants={"c0": torch.tensor([1.0, 2.0])},
    buffers={"b0": Buffer((2,), (1,), torch.float32)},
    size=64,
    once=(Instruction("torch.neg", (Name("c0"),), result="v0"),),
    each=(
        Instruction("torch.mul", (Name("i0"), Name("v0")), {"out": Name("b0")}),
        Instruction("torch.ops.aten.exp.default", (Name("b0"),), result="v1"),
        Instruction("torch.ops.aten.sum.default", (Name("v1"),), result="v2"),
    ),
    outputs=("b0", "v2"),
)


def test_source_by_hand() -> None:
    assert PROGRAM.source.splitlines() == [
        "def bind(i0, c0, b0):",
        "    v0 = torch_neg(c0)",
        "    def run():",
        "        torch_mul(i0, v0, out=b0)",
        "        v1 = torch_ops_aten_exp_default(b0)",
        "        v2 = torch_ops_aten_sum_default(v1)",
        "        v1 = None",
        "        return [b0, v2]",
        "    return run",
    ]


def test_runs_on_what_it_is_bound_to() -> None:
    given = torch.tensor([0.0, 1.0])
    with torch.inference_mode():
        run = PROGRAM.bind([given])
        product, total = run()
        assert (product.tolist(), total.item()) == ([0.0, -2.0], torch.tensor([0.0, -2.0]).exp().sum().item())
        given.add_(1)
        assert run()[0] is product
        assert product.tolist() == [-1.0, -4.0]
    assert product.data_ptr() == PROGRAM.memory.data_ptr()
