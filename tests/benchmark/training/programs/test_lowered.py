"""What instructions are of: names and memory, by hand."""

import torch

from benchmark.training.programs.instructions import Instruction, Name
from benchmark.training.programs.lowered import Lowered


def test_names_count_up_by_kind() -> None:
    lowered = Lowered()
    assert [lowered.add_input(), lowered.add_input()] == ["i0", "i1"]
    assert [lowered.add_constant(torch.ones(1)), lowered.add_buffer(torch.ones(2), lasts=True)] == ["c0", "b0"]
    assert lowered.bases == {name: name for name in ("i0", "i1", "c0", "b0")}
    assert (lowered.wholes, lowered.buffers["b0"].lasts) == ({"b0"}, True)


def test_a_view_of_what_stays_is_made_once() -> None:
    lowered = Lowered()
    buffer = lowered.add_buffer(torch.ones(2, 3))
    flat = Instruction("torch.flatten", (Name(buffer),), result="flat")
    turned = Instruction("torch.t", (Name(buffer),), result="turned")
    row = Instruction("torch.select", (Name(buffer), 0, 0), result="row")
    lowered.add_view(flat, torch.ones(6))
    lowered.add_view(turned, torch.ones(2, 3).t())
    lowered.add_view(row, torch.ones(3))
    assert (lowered.once, lowered.each) == ([flat, turned, row], [])
    assert [lowered.bases[name] for name in ("flat", "turned", "row")] == [buffer] * 3
    # All numbers in their order: neither the transposed nor a row.
    assert lowered.wholes == {buffer, "flat"}


def test_a_view_of_what_is_new_each_time_is_made_each_time() -> None:
    lowered = Lowered()
    view = Instruction("torch.flatten", (Name("fresh"),), result="flat")
    lowered.add_view(view, torch.ones(6))
    assert (lowered.once, lowered.each) == ([], [view])
    assert "flat" not in lowered.bases


def test_uses_count_outputs_after_the_last_instruction() -> None:
    lowered = Lowered()
    given, buffer = lowered.add_input(), lowered.add_buffer(torch.ones(1))
    lowered.bases["view"] = buffer
    lowered.each = [
        Instruction("torch.neg", (Name(given),), {"out": Name(buffer)}),
        Instruction("torch.exp", (Name("view"),), result="fresh"),
    ]
    lowered.outputs = ["view", "fresh", given]
    assert list(lowered.uses()) == [(buffer, 0), (buffer, 1), (buffer, 2)]
