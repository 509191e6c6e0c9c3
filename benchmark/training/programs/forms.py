"""How a kernel writes its results where they are wanted: the form of its call that takes `out`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from benchmark.training.programs.instructions import Instruction

aten = torch.ops.aten
# PyTorch's own functions, called without a look at schemas, take half the time of `torch.ops`.
MODULES = {"torch": torch, "torch._C._nn": torch._C._nn}
COPIES = {aten.clone.default, aten._to_copy.default}
# Kernels whose name in Python is another.
WORDS = {"__rshift__": "bitwise_right_shift", "__lshift__": "bitwise_left_shift"}
# Turn a number into a tensor each time that they are called with one.
SCALED = {
    aten.add, aten.sub, aten.mul, aten.div, aten.ge, aten.gt, aten.le, aten.lt, aten.eq, aten.ne, aten.bitwise_and,
    aten.bitwise_or, aten.bitwise_xor, aten.__rshift__, aten.__lshift__,
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A call that writes.

    Attributes:
        target: What is called, as in `Instruction`.
        more: Arguments behind the kernel's own.
        outs: Keywords of the tensors that it writes to; none where that is its first argument.
        drops_keywords: Whether it does without the kernel's keywords.
        scalars: Tensors () that stand for numbers, by place among the arguments.
    """

    target: str
    more: tuple[Any, ...] = ()
    outs: tuple[str, ...] = ("out",)
    drops_keywords: bool = False
    scalars: Mapping[int, Tensor] = field(default_factory=dict)

    def instruction(self, arguments: Sequence[Any], keywords: Mapping[str, Any], places: Sequence[Any]) -> Instruction:
        """The call that writes to places."""
        leading = () if self.outs else tuple(places)
        given = {} if self.drops_keywords else dict(keywords)
        return Instruction(
            self.target, (*leading, *arguments, *self.more), given | dict(zip(self.outs, places, strict=False))
        )


def chosen_form(kernel: Any, arguments: Sequence[Any], keywords: Mapping[str, Any], expected: Any) -> Form | None:
    """The first form of a kernel that writes what it computes, bit for bit; None if it has none.

    Args:
        kernel: Of `torch.ops.aten`.
        arguments: Of one call; they are left as they are.
        keywords: Of one call.
        expected: What the call gave: a tensor or several, of any shape.
    """
    results = [expected] if isinstance(expected, Tensor) else list(expected)
    if not all(isinstance(each, Tensor) for each in results):
        return None
    scalars = _scalars(kernel, arguments)
    as_tensors = [scalars.get(place, value) for place, value in enumerate(arguments)]
    for form in _candidates(kernel, arguments, len(results)):
        if scalars and _gives(form, as_tensors, keywords, results):
            return replace(form, scalars=scalars)
        if _gives(form, arguments, keywords, results):
            return form
    return None


def _gives(form: Form, arguments: Sequence[Any], keywords: Mapping[str, Any], results: Sequence[Tensor]) -> bool:
    places = [torch.empty_strided(each.shape, each.stride(), dtype=each.dtype) for each in results]
    # Some forms change their arguments.
    copies = [each.clone() if isinstance(each, Tensor) else each for each in arguments]
    try:
        form.instruction(copies, keywords, places).call()
    except (RuntimeError, TypeError, ValueError):
        return False
    return all(equal(place, each) for place, each in zip(places, results, strict=True))


def equal(one: Tensor, other: Tensor) -> bool:
    """Whether tensors of any shape agree bit for bit; what is not a number agrees with itself."""
    return one.dtype == other.dtype and torch.allclose(one, other, rtol=0, atol=0, equal_nan=True)


def _scalars(kernel: Any, arguments: Sequence[Any]) -> dict[int, Tensor]:
    """The numbers among a kernel's arguments as tensors of the others' type, by place."""
    tensors = [each for each in arguments if isinstance(each, Tensor)]
    if kernel.overloadpacket not in SCALED or not tensors:
        return {}
    dtype = tensors[0].dtype
    kinds: tuple[type, ...] = (int, float) if dtype.is_floating_point else (int,)
    return {
        place: torch.tensor(value, dtype=dtype)
        for place, value in enumerate(arguments)
        if isinstance(value, kinds) and not isinstance(value, bool)
    }


def _candidates(kernel: Any, arguments: Sequence[Any], results: int) -> Iterator[Form]:
    name = WORDS.get(kernel.overloadpacket.__name__, kernel.overloadpacket.__name__)
    if kernel in COPIES:
        yield Form("torch.Tensor.copy_", outs=(), drops_keywords=True)
    elif kernel is aten.relu.default:
        yield Form("torch.clamp_min", (0,))
    elif kernel is aten.mean.default:
        yield Form("torch.mean", (list(range(arguments[0].dim())),))
    elif results == 1 and _writes(name):
        yield from (Form(f"{path}.{name}") for path, module in MODULES.items() if hasattr(module, name))
    yield from _overloads(kernel)


def _writes(name: str) -> bool:
    """Whether some overload writes by itself: the others compute, and copy what they computed."""
    packet = getattr(aten, name)
    return any(_has_kernel(getattr(packet, each)) and _outs(getattr(packet, each)) for each in packet.overloads())


def _overloads(kernel: Any) -> Iterator[Form]:
    packet, wanted = kernel.overloadpacket, [each.name for each in kernel._schema.arguments]
    for name in packet.overloads():
        overload = getattr(packet, name)
        left = [each.name for each in overload._schema.arguments if not each.is_out]
        if _outs(overload) and left == wanted and _has_kernel(overload):
            yield Form(f"torch.ops.aten.{packet.__name__}.{name}", outs=_outs(overload))


def _outs(overload: Any) -> tuple[str, ...]:
    return tuple(each.name for each in overload._schema.arguments if each.is_out)


def _has_kernel(overload: Any) -> bool:
    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(overload.name(), "CPU"))
