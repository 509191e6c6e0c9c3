"""The instructions of a program: calls of PyTorch's kernels on named tensors."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import torch

# The first words of what an instruction may call, and where they lead.
ROOTS = {"torch": torch, "operator": operator}


@dataclass(frozen=True)
class Name:
    """A tensor, or a tuple of tensors, as instructions refer to it."""

    text: str


@dataclass(frozen=True)
class Instruction:
    """One call.

    Attributes:
        target: What is called, as a path from `ROOTS`, such as `torch.mm`.
        arguments: Names and literals, and lists of these.
        keywords: The same by keyword.
        result: The name of what it gives back; none where that is a tensor which it was given.
    """

    target: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any] = field(default_factory=dict)
    result: str | None = None

    def giving(self, result: str) -> "Instruction":
        """The same call with a name for its result."""
        return replace(self, result=result)

    def call(self) -> Any:
        """Call it, where its arguments are tensors and not names of these."""
        return resolve(self.target)(*self.arguments, **self.keywords)

    def names(self) -> Iterator[str]:
        """The names that it reads or writes, one by one; its result is not among them."""
        yield from _names((*self.arguments, *self.keywords.values()))


def _names(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, Name):
            yield value.text
        elif isinstance(value, list | tuple):
            yield from _names(value)


def resolve(target: str) -> Callable[..., Any]:
    """What an instruction calls.

    Raises:
        ValueError: if the path does not begin in `ROOTS`, or leads nowhere.
    """
    root, *path = target.split(".")
    found: Any = ROOTS.get(root)
    for word in path:
        found = getattr(found, word, None)
    if not path or not callable(found):
        raise ValueError(f"{target} is no function of PyTorch's")
    called: Callable[..., Any] = found
    return called


def source_of(value: Any) -> str:
    """A name or literal as Python writes it.

    Raises:
        ValueError: if it is neither.
    """
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(source_of, value))}]"
    if isinstance(value, float):
        return f'float("{value!r}")'
    if isinstance(value, torch.device):
        return f'torch.device("{value}")'
    if value is None or isinstance(value, bool | int | str | torch.dtype | torch.layout | torch.memory_format):
        return repr(value)
    raise ValueError(f"{value!r} has no literal")
