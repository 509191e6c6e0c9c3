"""Work of several members at once, on streams of one GPU."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle

import torch

# A GPU runs no more than some kernels beside each other; with more streams than that, a graph only has more branches.
MOST_STREAMS = 16

Procedure = Callable[[], None]


def run_in_parallel(branches: Sequence[Procedure], device: torch.device) -> None:
    """Run procedures that do not touch each other's tensors: on streams of their own on a GPU, else in turn."""
    if device.type != "cuda":
        for branch in branches:
            branch()
        return
    current = torch.cuda.current_stream(device)
    streams = _streams(device)[: len(branches)]
    for stream in streams:
        stream.wait_stream(current)
    for branch, stream in zip(branches, cycle(streams), strict=False):
        with torch.cuda.stream(stream):
            branch()
    for stream in streams:
        current.wait_stream(stream)


@cache
def _streams(device: torch.device) -> tuple[torch.cuda.Stream, ...]:
    return tuple(
        torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        for _ in range(MOST_STREAMS)
    )
