"""How a worker computes, wherever it is done."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

THREADS = 1  # of a process: the order of sums, and with it the last digit, depends on how many there are


@contextmanager
def worker_arithmetic(threads: int = THREADS) -> Iterator[None]:
    """Within it this process computes as a worker of a study with so many threads does, to the last digit."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    # Denormals slow CPU kernels tenfold once a discriminator has become sure of itself.
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)  # PyTorch's own, which it cannot be asked for
        torch.set_num_threads(before)
