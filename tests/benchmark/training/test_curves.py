"""Curves: means over intervals, and going on from a checkpoint."""

import pytest
import torch
from torch import Tensor

from benchmark.records import CURVES
from benchmark.training.curves import CurveRecorder, Interval

CPU = torch.device("cpu")


def test_an_interval_tells_its_members_apart() -> None:
    interval = Interval(3)
    interval.add(range(3), {"loss_discriminator": torch.tensor([1.0, 2.0, 3.0]), "output_real": torch.zeros(3)})
    interval.add([0, 2], {"loss_generator": torch.tensor([10.0, 30.0])})
    interval.add([2], {"loss_generator": torch.tensor([31.0])})
    interval.add(range(3), {"loss_discriminator": torch.tensor([4.0, 5.0, 6.0]), "output_real": torch.ones(3)})
    seen = [{name: values.tolist() for name, values in interval.of(position).items()} for position in range(3)]
    assert seen == [
        {"loss_discriminator": [1, 4], "output_real": [0, 1], "loss_generator": [10]},
        {"loss_discriminator": [2, 5], "output_real": [0, 1]},
        {"loss_discriminator": [3, 6], "output_real": [0, 1], "loss_generator": [30, 31]},
    ]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_points_are_plain_means(dtype: torch.dtype) -> None:
    recorder, generator = CurveRecorder(), torch.Generator().manual_seed(0)
    values: dict[int, Tensor] = {
        step: torch.randn(count, dtype=dtype, generator=generator) for step, count in ((7, 7), (14, 7), (20, 6))
    }
    for step, seen in values.items():
        recorder.close_interval(step, {"loss_discriminator": seen, "output_fake": seen * 2})
    points = recorder.points()
    assert points.keys() == CURVES.keys()
    for name, factor in (("loss_discriminator", 1), ("output_fake", 2)):
        steps, means = zip(*points[name], strict=True)
        assert steps == (7, 14, 20)
        expected = [factor * sum(seen.tolist()) / len(seen) for seen in values.values()]
        assert means == pytest.approx(expected, abs=1e-6)
    assert points["loss_generator"] == points["output_real"] == ()


def test_reading_does_not_change_what_is_read() -> None:
    recorder = CurveRecorder()
    recorder.close_interval(5, {"loss_generator": torch.tensor([1.0, 2.0, 6.0])})
    first = recorder.points()
    assert first == recorder.points()
    assert first["loss_generator"] == ((5, 3.0),)
    recorder.close_interval(10, {"loss_generator": torch.tensor([4.0])})
    assert recorder.points()["loss_generator"] == ((5, 3.0), (10, 4.0))
    assert first["loss_generator"] == ((5, 3.0),)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_not_hidden(bad: float) -> None:
    recorder = CurveRecorder()
    recorder.close_interval(5, {"loss_generator": torch.tensor([1.0, bad])})
    assert recorder.points()["loss_generator"] == ((5, pytest.approx(bad, nan_ok=True)),)


def test_a_restored_recorder_continues() -> None:
    whole, halted = CurveRecorder(), CurveRecorder()
    for recorder in (whole, halted):
        recorder.close_interval(5, {"output_real": torch.tensor([0.1, 0.7]), "output_fake": torch.tensor([0.3])})
    resumed = CurveRecorder()
    resumed.close_interval(99, {"output_real": torch.tensor([9.0])})
    resumed.restore(halted.points())
    assert resumed.points() == whole.points()
    for recorder in (whole, resumed):
        recorder.close_interval(10, {"output_real": torch.tensor([0.2, 0.5])})
    assert resumed.points() == whole.points()
    assert [step for step, _ in resumed.points()["output_real"]] == [5, 10]
