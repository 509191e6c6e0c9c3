"""How many members train at once, and how."""

import pytest
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.training import arrangement as arranging
from benchmark.training.arrangement import CANDIDATES, arrangement, fastest, peak, places, places_in_memory, seconds
from benchmark.training.setup import TrainingSetup
from ganzoo.registry import find_variant


@pytest.fixture
def setup(digits: LabelledImages) -> TrainingSetup:
    return TrainingSetup.of(find_variant("gan-mlp"), digits, 8, 100)


@pytest.mark.parametrize(
    ("free", "one", "two", "count"),
    [
        (100, 10, 20, 10),  # nothing but members
        (109, 10, 20, 10),
        (110, 10, 20, 11),
        (30, 10, 14, 6),  # 6 once, and 4 a member
        (29, 10, 14, 5),
        (4, 10, 14, 1),  # not even one: it is tried all the same
        (0, 10, 14, 1),
        (20, 10, 10, 11),  # the second is for nothing: a byte
        (20, 10, 9, 11),
        (25, 10, 30, 1),  # the second takes more than the first
        (30, 10, 30, 2),
    ],
)
def test_places_by_hand(free: int, one: int, two: int, count: int) -> None:
    assert places(free, one, two) == count


@pytest.mark.parametrize(
    ("method", "chosen"),
    [("auto", "looped"), ("looped", "looped"), ("stacked", "stacked"), ("parallel", "parallel")],
)
def test_on_a_cpu_all_train_and_nothing_is_measured(
    method: str, chosen: str, setup: TrainingSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(arranging, "fastest")
    monkeypatch.delattr(arranging, "places_in_memory")
    assert arrangement(setup, 4, method) == (4, chosen)


@pytest.mark.parametrize("method", CANDIDATES)
def test_the_fastest_method_is_measured_once_for_a_number_of_members(
    method: str, setup: TrainingSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[tuple[int, str]] = []

    def clock(given: TrainingSetup, members: int, asked: str) -> float:
        assert given is setup
        measured.append((members, asked))
        return 1.0 if asked == method else 2.0

    monkeypatch.setattr(arranging, "seconds", clock)
    assert [fastest(setup, 4) for _ in range(3)] == [method] * 3
    assert measured == [(4, candidate) for candidate in CANDIDATES]
    fastest(setup, 1)
    assert measured[3:] == [(1, candidate) for candidate in CANDIDATES]
    assert setup.methods == {4: method, 1: method}


def test_time_grows_with_the_members(setup: TrainingSetup) -> None:
    assert 0 < seconds(setup, 1, "looped") < seconds(setup, 16, "looped")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_gpu_memory_decides_how_many(digits: LabelledImages) -> None:
    setup = TrainingSetup.of(find_variant("dcgan"), digits.to(torch.device("cuda")), 8, 100)
    one, two, four = (peak(setup, count) for count in (1, 2, 4))
    assert 0 < one < two < four
    fit = places_in_memory(setup)
    _, total = torch.cuda.mem_get_info()
    assert 1 <= fit <= total // (two - one)
    # A member's weights, gradients and moments of both players, at the very least.
    weights = setup.model.generator.layout.parameters + setup.model.discriminator.layout.parameters
    assert two - one >= 4 * weights * 3
    assert arrangement(setup, 4, "looped") == (min(4, fit), "looped")
    assert arrangement(setup, 4, "auto") in [(min(4, fit), method) for method in CANDIDATES]
    assert setup.methods.keys() == {min(4, fit)}
