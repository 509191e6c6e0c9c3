"""Where in one block of memory a program's intermediate results lie: results that never live at once share a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

# As PyTorch's allocator aligns: kernels that peel unaligned heads would otherwise round differently.
ALIGNMENT = 64


@dataclass(frozen=True)
class Buffer:
    """A place for one tensor.

    Attributes:
        shape: Of the tensor.
        stride: Of the tensor.
        dtype: Of the tensor.
        lasts: Whether it keeps its numbers from one run of the program to the next.
        inside: The buffer that it is a part of, if any.
        offset: From the start of that buffer, else of the whole memory, in bytes.
    """

    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype
    lasts: bool = False
    inside: str | None = None
    offset: int = 0

    @classmethod
    def like(cls, tensor: Tensor, *, lasts: bool = False) -> "Buffer":
        """A place for a tensor of any shape."""
        return cls(tuple(tensor.shape), tuple(tensor.stride()), tensor.dtype, lasts)

    @property
    def size(self) -> int:
        """From its first number to its last, in bytes."""
        if 0 in self.shape:
            return 0
        reach = sum((size - 1) * stride for size, stride in zip(self.shape, self.stride, strict=True))
        return (reach + 1) * self.dtype.itemsize

    @property
    def is_contiguous(self) -> bool:
        """Whether its numbers lie one behind the other, the last dimension first."""
        return Buffer.like(torch.empty(self.shape, dtype=self.dtype, device="meta")).stride == self.stride

    def tensor(self, memory: Tensor) -> Tensor:
        """The tensor at this place of a memory (bytes,), uint8."""
        numbers = memory.view(self.dtype)
        return numbers.as_strided(self.shape, self.stride, self.offset // self.dtype.itemsize)


@dataclass(frozen=True)
class Lifetime:
    """The first and the last instruction between which a buffer's numbers are needed."""

    first: int
    last: int

    def meets(self, other: "Lifetime") -> bool:
        """Whether both are needed at once."""
        return self.first <= other.last and other.first <= self.last


def lay_out(buffers: Mapping[str, Buffer], uses: Iterable[tuple[str, int]], end: int) -> tuple[dict[str, Buffer], int]:
    """The buffers with their places, and the size of all together in bytes.

    Largest first, each at the lowest place that is free for as long as it lives (Pisarchyk and Lee 2020,
    arXiv:2001.03288).

    Args:
        buffers: By name.
        uses: Names of buffers, and the numbers of instructions that read or write them.
        end: The number of instructions.
    """
    whole = {name: _outermost(name, buffers) for name in buffers}
    lifetimes = _lifetimes(whole, [*uses, *((n, at) for n, b in buffers.items() if b.lasts for at in (0, end))])
    placed: dict[str, int] = {}
    for name in sorted(lifetimes, key=lambda name: -buffers[name].size):
        beside = [other for other in placed if lifetimes[other].meets(lifetimes[name])]
        placed[name] = _lowest(_rounded(buffers[name].size), [(placed[o], _rounded(buffers[o].size)) for o in beside])
    size = max((start + _rounded(buffers[name].size) for name, start in placed.items()), default=0)
    offsets = {name: placed.get(outer, 0) + offset for name, (outer, offset) in whole.items()}
    return {name: replace(buffer, inside=None, offset=offsets[name]) for name, buffer in buffers.items()}, size


def _outermost(name: str, buffers: Mapping[str, Buffer]) -> tuple[str, int]:
    """The buffer that is part of no other and that one lies in, and where."""
    offset = 0
    while inside := buffers[name].inside:
        offset += buffers[name].offset
        name = inside
    return name, offset


def _lifetimes(whole: Mapping[str, tuple[str, int]], uses: Iterable[tuple[str, int]]) -> dict[str, Lifetime]:
    """Of the buffers that are part of no other."""
    numbers: dict[str, list[int]] = {}
    for name, number in uses:
        numbers.setdefault(whole[name][0], []).append(number)
    return {name: Lifetime(min(used), max(used)) for name, used in numbers.items()}


def _rounded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _lowest(size: int, taken: Sequence[tuple[int, int]]) -> int:
    """The lowest start of so many free bytes, beside places that are taken, given as start and size."""
    start = 0
    for other, length in sorted(taken):
        if start + size <= other:
            break
        start = max(start, other + length)
    return start
