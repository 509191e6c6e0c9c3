"""Calls of a part while it is tried out: what it raises, draws, changes or decides is one line that names it."""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.tracebacks import place_of

CALLERS = ("benchmark/", "ganzoo/components.py")
# What `torch.vmap` says where a value leaves a tensor.
_VALUE_LEAVES = re.compile(r"data-dependent control flow|\.item\(\)|dynamic shape|access data pointer")


def call(part: str, function: Callable[..., Any], given: Sequence[Tensor], layer: str = "") -> Any:
    """What a function of a part gives of some tensors (...).

    Args:
        part: Whose, for people.
        function: As the part has it.
        given: What it is called with, tensors of any shapes.
        layer: Which of its layers draws by itself, for people; "" if none is known to.

    Raises:
        UserError: if it draws from torch's global random state, or changes what it is given; what it raises itself has
            its own place, and stays as it is.
    """
    before = [each._version for each in given]
    with _no_global_draw(part, layer):
        found = function(*given)
    if before != [each._version for each in given]:
        raise UserError(f"{part} changes what it is given, in place; must compute with a copy, as x * 2 makes one")
    return found


def call_network(part: str, network: nn.Module, given: Sequence[Tensor], layer: str = "") -> Any:
    """As `call`, of a network and tensors (...): its layers' errors say neither whose they are nor what they got.

    Raises:
        UserError: for that, too.
    """
    with told_of(part, f"given {_shapes(given)}, "):
        return call(part, network, given, layer)


def check_mapped(part: str, function: Callable[..., Any], given: Sequence[Tensor]) -> None:
    """Make sure that a function can be mapped over runs, as it is where many are trained as one.

    Args:
        part: Whose, for people.
        function: As the part has it; what it gives of `given` is known to be right.
        given: What it is called with for one run, tensors of any shapes.

    Raises:
        UserError: if it cannot.
    """
    if (error := _met_by_mapping(function, given)) is not None:
        raise _decides(part, error) or UserError(
            f"{part} cannot be mapped over runs by torch.vmap{_place(error)}: {type(error).__name__}: {_first(error)}"
        ) from error


def check_pure(part: str, network: nn.Module, given: Sequence[Tensor]) -> None:
    """Make sure that no value leaves the tensors of a network; what else vmap does not take trains one by one.

    Args:
        part: Whose, for people.
        network: In training mode; left as it is.
        given: What it is called with for one run, tensors of any shapes.

    Raises:
        UserError: if one does.
    """
    names = [name for name, _ in network.named_buffers()]
    buffers = [each.clone() for each in network.buffers()]  # which batch norm changes in place

    def function(*runs: Tensor) -> Tensor:
        held = dict(zip(names, runs[len(given) :], strict=True))
        made: Tensor = torch.func.functional_call(network, held, runs[: len(given)])
        return made

    error = _met_by_mapping(function, [*given, *buffers])
    if error is not None and (decides := _decides(part, error)):
        raise decides from error


def _met_by_mapping(function: Callable[..., Any], given: Sequence[Tensor]) -> Exception | None:
    """What is raised where a function is mapped over a single run, which costs as much as a call."""
    try:
        with warnings.catch_warnings(action="ignore"):  # torch tells of what is slow then
            torch.vmap(function)(*(each[None] for each in given))
    except Exception as error:
        if _of_memory(error):
            raise
        return error
    return None


@contextmanager
def told_of(part: str, given: str = "") -> Iterator[None]:
    """Within it what is raised becomes one line that names a part.

    Args:
        part: For people.
        given: What it was called with, as in "given (4, 3, 8, 8), ".

    Raises:
        UserError: in place of what a person wrote wrongly; what a machine lacks stays as it is.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if _of_memory(error):
            raise
        raise UserError(f"{part}, {given}raises {type(error).__name__}{_place(error)}: {_first(error)}") from error


@contextmanager
def _no_global_draw(part: str, layer: str) -> Iterator[None]:
    """Within it nothing may be drawn from torch's global random state.

    Raises:
        UserError: if something is.
    """
    with torch.random.fork_rng(devices=[]):
        before = torch.random.get_rng_state()
        yield
        drawn = not torch.equal(before, torch.random.get_rng_state())
    if drawn:
        instead = "ganzoo.layers.dropout.KeyedDropout" if layer else "the noise that it is handed"
        raise UserError(
            f"{part} draws from torch's global random state{layer}, which would make results depend on the number of "
            f"workers; use {instead}"
        )


def _decides(part: str, error: Exception) -> UserError | None:
    """What is said where a value leaves a tensor; None if that is not what happened."""
    if not _VALUE_LEAVES.search(str(error)):
        return None
    return UserError(
        f"{part} decides by a tensor's values{_place(error)}, by an if, a mask or .item(), which many runs trained as "
        "one cannot; use torch.where, and keep values in tensors"
    )


def _of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or re.search("(allocate|enough|out of) memory", str(error)) is not None


def _place(error: Exception) -> str:
    """Where in somebody's part an error came from; "" where only torch and those who called the part are known."""
    place = place_of(error)
    return f" ({place})" if place and not place.startswith(CALLERS) else ""


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _shapes(given: Sequence[Tensor]) -> str:
    return " and ".join(str(tuple(each.shape)) for each in given)
