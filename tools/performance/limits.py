"""What a device reaches at most, and what a training step asks of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

# Where PyTorch's own notes on extending it import this class from; the public counter of operations counts no bytes.
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

# Large enough that starting the kernel does not count, small enough for any machine.
COPIED_BYTES = {"cpu": 2**28, "cuda": 2**31}
MATRIX_SIDE = {"cpu": 1024, "cuda": 8192}
WINDOW_SECONDS = 0.5


@dataclass(frozen=True)
class Work:
    """Operations and bytes: of a step, or of a second of a device.

    Attributes:
        operations: Of matrix products and convolutions; a multiplication and an addition are two.
        moved: Bytes that kernels read and write, each operation by itself.
    """

    operations: float
    moved: float


def limits(device: torch.device) -> Work:
    """What a device does in a second of one large matrix product in float32, and of one large copy."""
    side, size = MATRIX_SIDE[device.type], COPIED_BYTES[device.type]
    left, right, product = (torch.ones(side, side, device=device) for _ in range(3))
    source = torch.zeros(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    products = _times_a_second(lambda: torch.mm(left, right, out=product), device)
    copies = _times_a_second(lambda: target.copy_(source), device)
    return Work(operations=products * 2 * side**3, moved=copies * 2 * size)


def _times_a_second(call: Callable[[], object], device: torch.device) -> float:
    call()
    _wait(device)
    started, calls = perf_counter(), 0
    while (passed := perf_counter() - started) < WINDOW_SECONDS:
        call()
        _wait(device)
        calls += 1
    return calls / passed


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def work_of_a_step(advance: Callable[[int], object], done: int) -> Work:
    """What the next discriminator step, with the generator updates that follow it, asks of a device.

    Args:
        advance: Trains to a discriminator update. A cohort records its gradients in its first steps, which is work of
            its own.
        done: Discriminator updates that were made.
    """
    with _Counter() as counter:
        advance(done + 1)
    return Work(counter.operations, counter.moved)


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up what every kernel computes, by PyTorch's own formulas, and what it reads and writes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations = 0.0
        self.moved = 0.0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if func.overloadpacket in flop_registry:
            self.operations += flop_registry[func.overloadpacket](*args, **kwargs, out_val=result)
        if not func.is_view:
            self.moved += sum(tensor.nbytes for tensor in _tensors_in((args, kwargs, result)))
        return result


def _tensors_in(value: object) -> Iterator[Tensor]:
    """Each tensor of a kernel's arguments or results, as often as it is there."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors_in(tuple(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tensors_in(each)
