"""Lessons: whose update falls into which step, and what is drawn for the updates of a chunk."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.training import setup as setups
from benchmark.training.gradients import leaves_of
from benchmark.training.model import ImageShape
from benchmark.training.random_streams import Streams
from benchmark.training.setup import TrainingSetup, UpdateSchedule
from ganzoo.registry import find_variant

BATCH, STEPS, AHEAD = 8, 10, 4
Make = Callable[[str], TrainingSetup]


@pytest.fixture
def setup(digits: LabelledImages, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A lesson of ten steps of a variant, whose random inputs are drawn four updates at once."""
    monkeypatch.setattr(setups, "MOST_AHEAD", AHEAD)
    return lambda variant: TrainingSetup.of(find_variant(variant), digits, BATCH, STEPS)


def streams() -> Streams:
    return Streams(7, torch.device("cpu"))


@pytest.mark.parametrize(
    ("update_schedule", "steps"),
    [
        (UpdateSchedule(1, 1), [0, 1, 2, 3, 4, 5]),
        (UpdateSchedule(2, 1), [1, 3, 5, 7, 9, 11]),
        (UpdateSchedule(5, 1), [4, 9, 14, 19, 24, 29]),
        (UpdateSchedule(1, 2), [0, 0, 1, 1, 2, 2]),
        (UpdateSchedule(1, 3), [0, 0, 0, 1, 1, 1]),
        (UpdateSchedule(2, 3), [1, 1, 1, 3, 3, 3]),
    ],
)
def test_the_step_of_each_generator_update_by_hand(update_schedule: UpdateSchedule, steps: list[int]) -> None:
    assert [update_schedule.step("generator", update) for update in range(6)] == steps
    assert [update_schedule.step("discriminator", update) for update in range(6)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("update_schedule", "updates"),
    [
        (UpdateSchedule(1, 1), [0, 1, 2, 3, 4, 5, 6]),
        (UpdateSchedule(2, 1), [0, 0, 1, 1, 2, 2, 3]),
        (UpdateSchedule(5, 1), [0, 0, 0, 0, 0, 1, 1]),
        (UpdateSchedule(1, 2), [0, 2, 4, 6, 8, 10, 12]),
        (UpdateSchedule(2, 3), [0, 0, 3, 3, 6, 6, 9]),
    ],
)
def test_generator_updates_after_each_step_by_hand(update_schedule: UpdateSchedule, updates: list[int]) -> None:
    assert [update_schedule.generator_updates(steps) for steps in range(7)] == updates


@pytest.mark.parametrize(("variant", "factors"), [("dcgan", [1.0] * 4), ("mlp+hinge+linear-decay", None)])
def test_progress_and_factors_by_hand(variant: str, factors: list[float] | None, setup: Make) -> None:
    """Updates 4 to 7; two a step are made in steps 2, 2, 3 and 3, one every second in steps 9, 11, 13 and 15."""
    given = setup(variant)
    for player, update_schedule, shares in (
        ("discriminator", UpdateSchedule(2, 1), [0.4, 0.5, 0.6, 0.7]),
        ("generator", UpdateSchedule(1, 1), [0.4, 0.5, 0.6, 0.7]),
        ("generator", UpdateSchedule(1, 2), [0.2, 0.2, 0.3, 0.3]),
        ("generator", UpdateSchedule(2, 1), [0.9, 1.1, 1.3, 1.5]),
    ):
        drawn = given.draw(player, streams(), update_schedule, 1)
        assert drawn["progress"].dtype == drawn["factor"].dtype == torch.float64
        assert drawn["progress"].tolist() == pytest.approx(shares)
        assert drawn["factor"].tolist() == pytest.approx(factors or [1 - share for share in shares])


@pytest.mark.parametrize(
    ("variant", "player", "batch", "noise"),
    [
        ("wgan-gp", "discriminator", (AHEAD, BATCH), {"gp": (AHEAD, BATCH)}),
        ("wgan-gp", "generator", (AHEAD, 0), {}),
        ("cgan-pd", "generator", (AHEAD, BATCH), {}),
        ("ragan", "generator", (AHEAD, BATCH), {}),
        ("mlp+hinge+instance-noise", "generator", (AHEAD, 0), {"instance-noise-fake": (AHEAD, BATCH, 1, 8, 8)}),
    ],
)
def test_a_chunk_has_a_row_an_update(
    variant: str, player: str, batch: tuple[int, ...], noise: dict[str, tuple[int, ...]], setup: Make
) -> None:
    given = setup(variant)
    drawn = given.draw(player, streams(), UpdateSchedule(1, 1), 2)
    assert drawn["batch"].shape == batch
    assert drawn["latents"].shape == (AHEAD, BATCH, given.model.variant.latent_size)
    assert {name: tuple(values.shape) for name, values in drawn["noise"].items()} == noise
    assert drawn["key"].shape == drawn["progress"].shape == drawn["factor"].shape == (AHEAD,)
    assert drawn["key"].min() >= 0


def test_a_chunk_is_the_same_whenever_it_is_drawn(setup: Make) -> None:
    given, busy = setup("wgan-gp"), streams()
    first = leaves_of(given.draw("discriminator", busy, UpdateSchedule(1, 1), 1))
    for player, chunk in (("generator", 1), ("discriminator", 0), ("discriminator", 5)):
        given.draw(player, busy, UpdateSchedule(1, 1), chunk)
    for own in (busy, streams()):
        drawn = given.draw("discriminator", own, UpdateSchedule(1, 1), 1)
        assert all(torch.equal(one, other) for one, other in zip(first, leaves_of(drawn), strict=True))


def test_dropout_keys_fill_their_range(digits: LabelledImages) -> None:
    given = TrainingSetup.of(find_variant("gan-mlp-dropout"), digits, BATCH, STEPS)
    own = streams()
    drawn = [
        given.draw(player, own, UpdateSchedule(1, 1), chunk)["key"]
        for player in setups.OBJECTIVES
        for chunk in range(32)
    ]
    keys = torch.cat(drawn)
    assert len(keys) == len(set(keys.tolist())) == 2048
    assert 0 <= keys.min() <= keys.max() < 2**31
    # Four standard errors of the mean of 2048 uniform numbers.
    assert (keys / 2**31).mean().item() == pytest.approx(0.5, abs=4 / (12 * len(keys)) ** 0.5)


@pytest.mark.parametrize(
    ("channels", "side", "batch_size", "ahead"),
    [(1, 8, 8, 32), (3, 32, 64, 21), (3, 32, 42, 32), (3, 32, 43, 31), (3, 32, 1365, 1), (3, 32, 5000, 1)],
)
def test_updates_drawn_at_once_have_four_million_pixels_at_most(
    channels: int, side: int, batch_size: int, ahead: int
) -> None:
    """2^22 pixels: 21.3 batches of 64 colour images at 32 pixels."""
    images = LabelledImages(torch.zeros(1, channels, side, side, dtype=torch.uint8), torch.zeros(1).long(), 10)
    assert TrainingSetup.of(find_variant("gan-mlp"), images, batch_size, STEPS).ahead == ahead


def test_the_lesson_of_a_variant(digits: LabelledImages) -> None:
    variant = find_variant("cgan-pd")
    given = TrainingSetup.of(variant, digits, BATCH, STEPS, torch.float64)
    assert given.model.variant is variant
    assert given.model.dtype == torch.float64
    assert given.model.shape == ImageShape.of(digits) == ImageShape(channels=1, resolution=8, classes=10)
    assert (given.data, given.batch_size, given.steps) == (digits, BATCH, STEPS)
    assert [given.progress(step) for step in (0, 3, 9)] == [0.0, 0.3, 0.9]


def test_recorded_gradients_belong_to_one_lesson(digits: LabelledImages) -> None:
    given = TrainingSetup.of(find_variant("gan-mlp"), digits, BATCH, STEPS)
    assert given.recorded is given.recorded
    assert given.recorded.keys() == {"discriminator", "generator"}
    assert given.gradients == "autograd"
    assert replace(given).recorded["generator"] is not given.recorded["generator"]
