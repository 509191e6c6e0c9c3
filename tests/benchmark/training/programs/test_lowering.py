"""What becomes of a graph's calls: done once, written into buffers, or left as they are."""

import torch
from torch import Tensor, nn
from torch.fx.experimental.proxy_tensor import make_fx

from benchmark.training.programs.lowered import Lowered
from benchmark.training.programs.lowering import lower


def lowered(compute, *inputs: Tensor) -> Lowered:  # type: ignore[no-untyped-def]
    return lower(make_fx(compute)(*inputs), inputs)


def targets(instructions: list) -> list[str]:  # type: ignore[type-arg]
    return [each.target.removeprefix("torch.ops.aten.") for each in instructions]


def test_views_and_constants_are_made_once() -> None:
    def compute(values: Tensor) -> list[Tensor]:
        return [(values.view(4).unsqueeze(0) + torch.ones_like(values).view(1, 4) * 2).exp()]

    found = lowered(compute, torch.zeros(2, 2))
    assert targets(found.each) == ["torch.add", "torch.exp"]
    assert found.outputs == ["b1"]


def test_the_same_number_is_made_once() -> None:
    found = lowered(lambda values: [values * 3, values + 3, values - 0.5], torch.zeros(2))
    assert targets(found.each) == ["torch.mul", "torch.add", "torch.sub"]
    assert [each.arguments for each in found.once] == [(3.0,), (0.5,)]


def test_a_convolution_is_called_as_it_was_recorded_and_its_views_each_time() -> None:
    layer = nn.Conv2d(1, 2, 3).requires_grad_(False)
    found = lowered(lambda images: [layer(images).flatten(1).tanh()], torch.zeros(1, 1, 4, 4))
    assert targets(found.each) == ["convolution.default", "view.default", "torch.tanh"]
    assert len(found.constants) == 2


def test_joined_tensors_are_written_part_by_part() -> None:
    found = lowered(lambda values: [torch.cat([values, torch.zeros(0, 2), torch.ones(1, 2)])], torch.zeros(3, 2))
    assert targets(found.each) == ["torch.Tensor.copy_"]
    # The ones are written when it is bound, and stay.
    assert targets(found.once).count("torch.Tensor.copy_") == 1
    assert found.buffers["b0"].lasts
    assert list(found.parts.values()) == [("b0", 0), ("b0", 24)]


def test_joined_along_another_side_they_are_joined_by_the_kernel() -> None:
    found = lowered(lambda values: [torch.cat([values, values], 1)], torch.zeros(3, 2))
    assert targets(found.each) == ["torch.cat"]
