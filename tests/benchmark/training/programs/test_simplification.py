"""Graphs made simpler: by hand, call by call."""

import torch
from torch import Tensor, fx
from torch.fx.experimental.proxy_tensor import make_fx

from benchmark.training.programs.simplification import changed_by, changes_or_draws, simplify


def calls(module: fx.GraphModule) -> list[str]:
    return [str(node.target) for node in module.graph.nodes if node.op == "call_function"]


def simplified(compute, *inputs: Tensor) -> tuple[fx.GraphModule, list[str]]:  # type: ignore[no-untyped-def]
    module = make_fx(compute)(*inputs)
    simplify(module.graph)
    module.recompile()
    return module, calls(module)


def test_the_same_is_computed_once_and_the_unread_not_at_all() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        unread = values.cos()
        del unread
        return [values.sin() + values.sin().detach().view(3)]

    module, left = simplified(compute, torch.ones(3))
    assert left == ["aten.sin.default", "aten.add.Tensor"]
    values = torch.tensor([0.0, 1.0, 2.0])
    assert torch.equal(module(values)[0], 2 * values.sin())


def test_what_is_changed_or_drawn_is_not_joined() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        first, second = values.clone(), values.clone()
        first.add_(1)
        return [first, second, torch.rand(3) + torch.rand(3)]

    module, left = simplified(compute, torch.zeros(3))
    assert left.count("aten.clone.default") == 2
    assert left.count("aten.rand.default") == 2
    assert [each.tolist() for each in module(torch.zeros(3))[:2]] == [[1.0] * 3, [0.0] * 3]


def test_who_changes_what() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        return [values.clone().add_(values.sum())]

    nodes = {str(node.target): node for node in make_fx(compute)(torch.zeros(2)).graph.nodes}
    assert list(changed_by(nodes["aten.add_.Tensor"])) == [nodes["aten.clone.default"]]
    assert changes_or_draws(nodes["aten.add_.Tensor"])
    assert not changes_or_draws(nodes["aten.sum.default"])
