"""Curves: means over intervals, and going on from a checkpoint."""

from collections.abc import Callable

import pytest

from benchmark.records import CURVES, TrialConfig
from benchmark.training.cohort import Cohort, Member
from benchmark.training.curves import SEEN_BY, CurveRecorder


@pytest.fixture
def member(configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]) -> Member:
    """One whose generator moves after every second discriminator update."""
    return cohort(configs("gan-mlp")[1:2], method="looped").members[0]


def close(member: Member, steps: int, sums: tuple[float, float, float, float]) -> None:
    """End an interval at a discriminator step, with sums in the order of `CURVES`' names here."""
    names = ("loss_generator", "loss_discriminator", "output_real", "output_fake")
    member.input_streams.seek(steps)
    member.close_interval(dict(zip(names, sums, strict=True)))


def test_every_curve_is_seen_in_the_updates_of_one_player() -> None:
    assert sorted(name for names in SEEN_BY.values() for name in names) == sorted(CURVES)


def test_points_are_means_over_each_player_s_own_updates(member: Member) -> None:
    """Ends at steps 7, 14 and 20 are intervals of 7, 7 and 6 updates, and of 3, 4 and 3 of the generator."""
    close(member, 7, (6.0, 14.0, 3.5, 0.7))
    close(member, 14, (2.0, 7.0, 0.0, 1.4))
    close(member, 20, (-3.0, 3.0, 6.0, 12.0))
    assert member.curves.points() == {
        "loss_generator": ((7, 2.0), (14, 0.5), (20, -1.0)),
        "loss_discriminator": ((7, 2.0), (14, 1.0), (20, 0.5)),
        "output_real": ((7, 0.5), (14, 0.0), (20, 1.0)),
        "output_fake": ((7, pytest.approx(0.1)), (14, pytest.approx(0.2)), (20, 2.0)),
    }


def test_an_interval_without_a_generator_update_has_no_generator_loss(member: Member) -> None:
    close(member, 1, (0.0, 1.0, 1.0, 1.0))
    close(member, 2, (5.0, 1.0, 1.0, 1.0))
    close(member, 3, (0.0, 1.0, 1.0, 1.0))
    points = member.curves.points()
    assert points["loss_generator"] == ((2, 5.0),)
    assert [step for step, _ in points["loss_discriminator"]] == [1, 2, 3]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_not_hidden(bad: float, member: Member) -> None:
    close(member, 4, (bad, 1.0, 1.0, 1.0))
    assert member.curves.points()["loss_generator"] == ((4, pytest.approx(bad, nan_ok=True)),)


def test_a_resumed_member_counts_from_where_it_resumed(member: Member) -> None:
    close(member, 10, (1.0, 1.0, 1.0, 1.0))
    seen = member.curves.points()
    member.resume(10, seen)
    close(member, 14, (4.0, 8.0, 4.0, 2.0))
    points = member.curves.points()
    assert {name: curve[:1] for name, curve in points.items()} == seen
    assert {name: curve[1:] for name, curve in points.items()} == {
        "loss_generator": ((14, 2.0),),
        "loss_discriminator": ((14, 2.0),),
        "output_real": ((14, 1.0),),
        "output_fake": ((14, 0.5),),
    }


def test_reading_does_not_change_what_is_read() -> None:
    recorder = CurveRecorder()
    recorder.add(5, {"loss_generator": 3.0})
    first = recorder.points()
    assert first == recorder.points() == dict.fromkeys(CURVES, ()) | {"loss_generator": ((5, 3.0),)}
    recorder.add(10, {"loss_generator": 4.0})
    assert recorder.points()["loss_generator"] == ((5, 3.0), (10, 4.0))
    assert first["loss_generator"] == ((5, 3.0),)


def test_a_restored_recorder_continues() -> None:
    whole, halted, resumed = CurveRecorder(), CurveRecorder(), CurveRecorder()
    for recorder in (whole, halted):
        recorder.add(5, {"output_real": 0.4, "output_fake": 0.3})
    resumed.add(99, {"output_real": 9.0})
    resumed.restore(halted.points())
    assert resumed.points() == whole.points()
    for recorder in (whole, resumed):
        recorder.add(10, {"output_real": 0.35})
    assert resumed.points() == whole.points()
    assert resumed.points()["output_real"] == ((5, 0.4), (10, 0.35))


def test_the_last_outputs_are_those_of_the_last_point(member: Member) -> None:
    assert member.curves.last_outputs() is None
    close(member, 10, (5.0, 10.0, 5.0, -20.0))
    assert member.curves.last_outputs() == (0.5, -2.0)
    close(member, 20, (5.0, 10.0, 15.0, 10.0))
    assert member.curves.last_outputs() == (1.5, 1.0)
