"""How many members train at once, and how."""

from collections.abc import Callable, Sequence

import pytest
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import Assignment
from benchmark.training import arrangement as arranging
from benchmark.training.arrangement import arrangement, fastest, peak, places, places_in_memory, seconds
from benchmark.training.lesson import Lesson
from ganzoo.catalog import find_variant

Assign = Callable[[str], list[Assignment]]


@pytest.fixture
def lesson(digits: LabelledImages) -> Lesson:
    return Lesson.of(find_variant("gan-mlp"), digits, 8, 100)


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
    method: str, chosen: str, lesson: Lesson, assignments: Assign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(arranging, "fastest")
    monkeypatch.delattr(arranging, "places_in_memory")
    assert arrangement(lesson, assignments("gan-mlp"), method) == (4, chosen)


@pytest.mark.parametrize(
    ("times", "method"),
    [({"stacked": 2.0, "parallel": 1.0}, "parallel"), ({"stacked": 1.0, "parallel": 2.0}, "stacked")],
)
def test_the_fastest_method_is_measured_once_for_a_number_of_members(
    times: dict[str, float], method: str, lesson: Lesson, assignments: Assign, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[tuple[int, str]] = []

    def clock(given: Lesson, members: Sequence[Assignment], asked: str) -> float:
        assert given is lesson
        measured.append((len(members), asked))
        return times[asked] if len(members) > 1 else -times[asked]

    monkeypatch.setattr(arranging, "seconds", clock)
    members = assignments("gan-mlp")
    assert [fastest(lesson, members) for _ in range(3)] == [method] * 3
    assert measured == [(4, "stacked"), (4, "parallel")]
    (other,) = times.keys() - {method}
    assert [fastest(lesson, members[:1]) for _ in range(2)] == [other] * 2
    assert measured == [(4, "stacked"), (4, "parallel"), (1, "stacked"), (1, "parallel")]
    assert lesson.methods == {4: method, 1: other}


def test_time_grows_with_the_members(lesson: Lesson, assignments: Assign) -> None:
    members = assignments("gan-mlp")
    one, many = seconds(lesson, members[:1], "looped"), seconds(lesson, members * 4, "looped")
    assert 0 < one < many


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_gpu_memory_decides_how_many(digits: LabelledImages, assignments: Assign) -> None:
    lesson = Lesson.of(find_variant("dcgan"), digits.to(torch.device("cuda")), 8, 100)
    members = assignments("dcgan")
    one, two, four = (peak(lesson, members[:count]) for count in (1, 2, 4))
    assert 0 < one < two < four
    fit = places_in_memory(lesson, members[0])
    _, total = torch.cuda.mem_get_info()
    assert 1 <= fit <= total // (two - one)
    # A member's weights, gradients and moments of both players, at the very least.
    weights = lesson.model.generator.layout.parameters + lesson.model.discriminator.layout.parameters
    assert two - one >= 4 * weights * 3
    assert arrangement(lesson, members, "looped") == (min(4, fit), "looped")
    assert arrangement(lesson, members, "auto") in [(min(4, fit), method) for method in ("stacked", "parallel")]
    assert lesson.methods.keys() == {min(4, fit)}
