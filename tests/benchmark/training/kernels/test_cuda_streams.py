"""Procedures beside each other."""

from functools import partial

import pytest
import torch

from benchmark.training.kernels.cuda_streams import MOST_STREAMS, run_in_parallel

COUNTS = (1, 3, MOST_STREAMS, 3 * MOST_STREAMS + 1)


def test_on_a_cpu_they_run_in_turn() -> None:
    done: list[int] = []
    run_in_parallel([partial(done.append, number) for number in range(20)], torch.device("cpu"))
    assert done == list(range(20))


def test_an_error_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run_in_parallel([lambda: None, lambda: divmod(1, 0) and None], torch.device("cpu"))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("count", COUNTS)
def test_on_a_gpu_they_see_what_came_before_and_are_done_for_what_follows(count: int) -> None:
    device = torch.device("cuda")
    matrices = torch.zeros(count, 512, 512, device=device)
    for value in range(3):
        matrices.fill_(value + 1)

        def square(number: int) -> None:
            matrices[number] = (matrices[number] @ matrices[number]) / 512

        run_in_parallel([partial(square, number) for number in range(count)], device)
        seen = matrices.mean((1, 2))
        assert seen.tolist() == pytest.approx([(value + 1) ** 2] * count)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_gpu_each_has_a_stream_of_its_own() -> None:
    device, seen = torch.device("cuda"), []
    outside = torch.cuda.current_stream(device)
    run_in_parallel([lambda: seen.append(torch.cuda.current_stream(device))] * (MOST_STREAMS + 2), device)
    assert len({stream.cuda_stream for stream in seen}) == MOST_STREAMS
    assert outside.cuda_stream not in {stream.cuda_stream for stream in seen}
    assert seen[MOST_STREAMS] == seen[0]
    assert torch.cuda.current_stream(device) == outside
