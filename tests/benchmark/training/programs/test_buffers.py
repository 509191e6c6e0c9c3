"""Where results lie: by hand, and that none overlaps another which lives at the same time."""

import random

import pytest
import torch

from benchmark.training.programs.buffers import ALIGNMENT, Buffer, Lifetime, lay_out

ROW = Buffer((16,), (1,), torch.float32)  # 64 bytes


def test_size_is_from_the_first_number_to_the_last() -> None:
    assert Buffer((2, 3), (3, 1), torch.float32).size == 24
    assert Buffer((2, 3), (8, 2), torch.float64).size == (8 + 4 + 1) * 8
    assert Buffer((), (), torch.int64).size == 8
    assert Buffer((4, 0), (1, 1), torch.float32).size == 0


@pytest.mark.parametrize(("stride", "contiguous"), [((3, 1), True), ((1, 2), False), ((4, 1), False)])
def test_contiguous_is_row_by_row(stride: tuple[int, ...], contiguous: bool) -> None:
    assert Buffer((2, 3), stride, torch.float32).is_contiguous is contiguous


def test_a_tensor_at_its_place() -> None:
    memory = torch.zeros(192, dtype=torch.uint8)
    tensor = Buffer((2, 2), (1, 2), torch.float32, offset=64).tensor(memory)
    tensor.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert memory.view(torch.float32)[16:20].tolist() == [1.0, 3.0, 2.0, 4.0]


def test_results_that_never_live_at_once_share_a_place() -> None:
    """`a` is read by 1, which writes `b`, which is read by 2, which writes `c`."""
    uses = [("a", 0), ("a", 1), ("b", 1), ("b", 2), ("c", 2), ("c", 3)]
    laid, size = lay_out(dict.fromkeys("abc", ROW), uses, 3)
    assert [laid[name].offset for name in "abc"] == [0, 64, 0]
    assert size == 128


def test_what_lasts_is_alone() -> None:
    kept = Buffer((16,), (1,), torch.float32, lasts=True)
    laid, size = lay_out({"a": ROW, "kept": kept, "b": ROW}, [("a", 0), ("kept", 1), ("b", 2)], 3)
    assert laid["kept"].offset not in {laid["a"].offset, laid["b"].offset}
    assert laid["a"].offset == laid["b"].offset
    assert size == 128


def test_a_part_lies_in_its_whole_for_as_long_as_either_lives() -> None:
    whole = Buffer((32,), (1,), torch.float32)
    part = Buffer((16,), (1,), torch.float32, inside="whole", offset=64)
    laid, size = lay_out({"whole": whole, "part": part, "other": ROW}, [("part", 0), ("other", 1), ("whole", 2)], 3)
    assert laid["part"].offset == laid["whole"].offset + 64
    assert laid["other"].offset == 128
    assert size == 192


@pytest.mark.parametrize("seed", range(20))
def test_no_two_that_meet_overlap(seed: int) -> None:
    draw = random.Random(seed)
    buffers = {str(n): Buffer((draw.randint(1, 90),), (1,), torch.float32) for n in range(40)}
    uses = [(name, draw.randint(0, 60)) for name in buffers for _ in range(3)]
    laid, size = lay_out(buffers, uses, 61)
    lives = {
        name: Lifetime(min(at for each, at in uses if each == name), max(at for each, at in uses if each == name))
        for name in buffers
    }
    for one in buffers:
        assert laid[one].offset % ALIGNMENT == 0
        assert laid[one].offset + laid[one].size <= size
        for other in buffers:
            if one < other and lives[one].meets(lives[other]):
                first, second = sorted((laid[one], laid[other]), key=lambda buffer: buffer.offset)
                assert first.offset + first.size <= second.offset
    assert size < sum(buffer.size + ALIGNMENT for buffer in buffers.values())
