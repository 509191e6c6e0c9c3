"""A graph as instructions, before its results have places in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from torch import Tensor

from benchmark.training.programs.buffers import Buffer
from benchmark.training.programs.instructions import Instruction


@dataclass
class Lowered:
    """A graph as instructions.

    Attributes:
        inputs: Names of what a program is bound to.
        constants: Tensors that the graph holds, by name.
        buffers: What instructions write to, by name.
        once: Instructions for when a program is bound.
        each: Instructions for every time that it runs.
        outputs: Names of what it computes.
        bases: By name of a tensor that stays where it is, the input, constant or buffer whose memory it has.
        wholes: Names of those that are a buffer from its first number to its last, in the same order.
        parts: By name of a part of a buffer that tensors are put into one by one: that buffer, and the first byte.
        overwritable: By name of a buffer, those that its instruction reads number by number, and so might write over.
    """

    inputs: list[str] = field(default_factory=list)
    constants: dict[str, Tensor] = field(default_factory=dict)
    buffers: dict[str, Buffer] = field(default_factory=dict)
    once: list[Instruction] = field(default_factory=list)
    each: list[Instruction] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)
    wholes: set[str] = field(default_factory=set)
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)
    overwritable: dict[str, list[str]] = field(default_factory=dict)

    def add_input(self) -> str:
        """A name for the next input."""
        name = f"i{len(self.inputs)}"
        self.inputs.append(name)
        self.bases[name] = name
        return name

    def add_constant(self, tensor: Tensor) -> str:
        """A name for a tensor of any shape that the graph holds."""
        name = f"c{len(self.constants)}"
        self.constants[name] = tensor
        self.bases[name] = name
        return name

    def add_buffer(self, tensor: Tensor, *, lasts: bool = False) -> str:
        """A name for a place that is like a tensor of any shape."""
        name = f"b{len(self.buffers)}"
        self.buffers[name] = Buffer.like(tensor, lasts=lasts)
        self.bases[name] = name
        self.wholes.add(name)
        return name

    def add_once(self, instruction: Instruction, base: str | None = None) -> None:
        """An instruction for when a program is bound; its result has the memory of `base`, or its own."""
        self.once.append(instruction)
        if instruction.result:
            self.bases[instruction.result] = base or instruction.result

    def add_view(self, instruction: Instruction, value: Tensor | tuple[Tensor, ...] | list[Tensor]) -> None:
        """A view (...) of the first tensor that an instruction names, such as `value`: once, if that stays in place."""
        base = self.bases.get(next(instruction.names()))
        if base is None:
            self.each.append(instruction)
            return
        self.add_once(instruction, base)
        if instruction.result and isinstance(value, Tensor) and self._is_whole(base, value):
            self.wholes.add(instruction.result)

    def _is_whole(self, base: str, view: Tensor) -> bool:
        buffer = self.buffers.get(base)
        if buffer is None or not buffer.is_contiguous or not view.is_contiguous():
            return False
        return view.numel() * view.element_size() == buffer.size

    def uses(self) -> Iterator[tuple[str, int]]:
        """Each use of a buffer, by its name, and the number of the instruction; outputs are used by one more."""
        for number, instruction in enumerate(self.each):
            for name in instruction.names():
                if (base := self.bases.get(name, "")) in self.buffers:
                    yield base, number
        for name in self.outputs:
            if (base := self.bases.get(name, "")) in self.buffers:
                yield base, len(self.each)
