"""Computing as a worker does, and as before afterwards."""

import torch
from denormals import denormals_flushed

from benchmark.workers.arithmetic import worker_arithmetic


def test_one_thread_and_no_denormals_within() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert not denormals_flushed()
        with worker_arithmetic():
            assert torch.get_num_threads() == 1
            assert denormals_flushed()
        assert torch.get_num_threads() == 2
        assert not denormals_flushed()
    finally:
        torch.set_num_threads(before)
