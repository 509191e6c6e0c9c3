"""A program: instructions, where their results lie, and what binds both to the tensors of one training."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from benchmark.training.programs.buffers import Buffer
from benchmark.training.programs.instructions import Instruction, resolve, source_of

# Runs a program that is bound, in inference mode, and gives its outputs, which stay valid until it runs again.
Bound = Callable[[], list[Tensor]]


@dataclass(frozen=True)
class Program:
    """What was recorded, ready to be bound.

    Attributes:
        inputs: Names of what it is bound to.
        constants: Tensors by name.
        buffers: Places by name.
        size: Of the memory that they lie in, in bytes.
        once: Instructions for when it is bound.
        each: Instructions for every time that it runs.
        outputs: Names of what it computes.
    """

    inputs: tuple[str, ...]
    constants: Mapping[str, Tensor]
    buffers: Mapping[str, Buffer]
    size: int
    once: tuple[Instruction, ...]
    each: tuple[Instruction, ...]
    outputs: tuple[str, ...]

    @cached_property
    def memory(self) -> Tensor:
        """Where its results lie (size,), uint8; the same for everything that it is bound to."""
        return torch.zeros(self.size, dtype=torch.uint8)

    @cached_property
    def source(self) -> str:
        """It as a function of Python's, `bind`, whose result runs it."""
        given = ", ".join([*self.inputs, *self.constants, *self.buffers])
        lines = [f"def bind({given}):"]
        lines += [f"    {line}" for line in _lines(self.once, {})]
        lines += ["    def run():"]
        lines += [f"        {line}" for line in _lines(self.each, _last_uses(self.each, self.outputs))]
        lines += [f"        return [{', '.join(self.outputs)}]", "    return run"]
        return "\n".join(lines)

    @cached_property
    def _code(self) -> CodeType:
        return compile(self.source, "<recorded program>", "exec")

    def bind(self, inputs: Sequence[Tensor]) -> Bound:
        """What runs it on these tensors, wherever their numbers come from; they have the shapes that were recorded."""
        namespace: dict[str, Any] = {"torch": torch}
        namespace |= {_word(each.target): resolve(each.target) for each in (*self.once, *self.each)}
        exec(self._code, namespace)
        with torch.inference_mode():
            places = [buffer.tensor(self.memory) for buffer in self.buffers.values()]
            bound: Bound = namespace["bind"](*inputs, *self.constants.values(), *places)
        return bound


def _word(target: str) -> str:
    """A function's name in the source: local names are found faster than attributes."""
    return target.replace(".", "_")


def _lines(instructions: Sequence[Instruction], last: Mapping[int, list[str]]) -> Iterator[str]:
    for number, each in enumerate(instructions):
        arguments = [source_of(value) for value in each.arguments]
        arguments += [f"{key}={source_of(value)}" for key, value in each.keywords.items()]
        yield f"{f'{each.result} = ' if each.result else ''}{_word(each.target)}({', '.join(arguments)})"
        for name in last.get(number, []):
            yield f"{name} = None"


def _last_uses(each: Sequence[Instruction], outputs: Sequence[str]) -> dict[int, list[str]]:
    """By number of an instruction, the results of others that nothing reads after it."""
    made = {instruction.result for instruction in each if instruction.result} - set(outputs)
    last = {name: number for number, instruction in enumerate(each) for name in instruction.names() if name in made}
    ends: dict[int, list[str]] = {}
    for name, number in last.items():
        ends.setdefault(number, []).append(name)
    return ends
