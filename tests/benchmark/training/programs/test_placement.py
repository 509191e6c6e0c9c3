"""Buffers within others, by hand."""

import torch

from benchmark.training.programs.instructions import Instruction, Name
from benchmark.training.programs.lowered import Lowered
from benchmark.training.programs.placement import overwrite, place_parts

ROW = torch.zeros(16)  # 64 bytes


def written(lowered: Lowered, target: str, *reads: str) -> str:
    name = lowered.add_buffer(ROW)
    lowered.each.append(Instruction(target, tuple(map(Name, reads)), {"out": Name(name)}))
    lowered.overwritable[name] = list(reads)
    return name


def test_a_result_takes_the_place_of_what_nobody_reads_again() -> None:
    lowered = Lowered()
    given = lowered.add_input()
    first = written(lowered, "torch.exp", given)
    second = written(lowered, "torch.neg", first)
    third = written(lowered, "torch.sin", second)
    last = written(lowered, "torch.add", second, third)
    lowered.outputs = [last]
    overwrite(lowered)
    # Not the input; `second` is read after `third`; `last` in the place of one of both.
    inside = {name: buffer.inside for name, buffer in lowered.buffers.items()}
    assert inside == {first: None, second: first, third: None, last: second}


def test_what_is_read_twice_by_one_call_is_not_written_over() -> None:
    """A view of it in another order would be overwritten while it is read."""
    lowered = Lowered()
    first = written(lowered, "torch.exp", lowered.add_input())
    lowered.bases["turned"] = first
    second = lowered.add_buffer(ROW)
    lowered.each.append(Instruction("torch.add", (Name(first), Name("turned")), {"out": Name(second)}))
    lowered.overwritable[second] = [first]
    lowered.outputs = [second]
    overwrite(lowered)
    assert lowered.buffers[second].inside is None


def joined(*offsets: int) -> tuple[Lowered, list[str]]:
    """Results that are copied into parts of a whole, which begin at these bytes."""
    lowered = Lowered()
    given = lowered.add_input()
    results = [written(lowered, "torch.exp", given) for _ in offsets]
    whole = lowered.add_buffer(torch.zeros(64))
    for number, (result, offset) in enumerate(zip(results, offsets, strict=True)):
        part = f"part{number}"
        lowered.parts[part], lowered.bases[part] = (whole, offset), whole
        lowered.each.append(Instruction("torch.Tensor.copy_", (Name(part), Name(result))))
    lowered.outputs = [whole]
    return lowered, [*results, whole]


def test_parts_are_written_in_their_places() -> None:
    lowered, (first, second, whole) = joined(0, 64)
    place_parts(lowered)
    assert [each.target for each in lowered.each] == ["torch.exp", "torch.exp"]
    assert [(lowered.buffers[n].inside, lowered.buffers[n].offset) for n in (first, second)] == [
        (whole, 0),
        (whole, 64),
    ]
    # What has a place is not written over, and nothing is written over it.
    overwrite(lowered)
    assert lowered.buffers[first].inside == whole


def test_a_part_off_the_alignment_is_copied() -> None:
    lowered, (first, second, _) = joined(0, 100)
    place_parts(lowered)
    assert lowered.buffers[second].inside is None
    assert [each.target for each in lowered.each] == ["torch.exp", "torch.exp", "torch.Tensor.copy_"]
    assert lowered.buffers[first].inside is not None
