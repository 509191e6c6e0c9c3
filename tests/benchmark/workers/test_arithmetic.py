"""Computing as a worker does, and as before afterwards."""

import torch

from benchmark.workers.arithmetic import worker_arithmetic

SMALLEST_NORMAL = torch.finfo(torch.float32).tiny


def is_flushed() -> bool:
    """Whether half of the smallest normal number is nothing."""
    return (torch.tensor(SMALLEST_NORMAL) * 0.5).item() == 0


def test_one_thread_and_no_denormals_within() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert not is_flushed()
        with worker_arithmetic():
            assert torch.get_num_threads() == 1
            assert is_flushed()
        assert torch.get_num_threads() == 2
        assert not is_flushed()
    finally:
        torch.set_num_threads(before)
