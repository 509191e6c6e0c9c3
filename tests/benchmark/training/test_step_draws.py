"""What a turn reads: random numbers by member, purpose and step, and how far training has come."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import Assignment
from benchmark.training.cohort import Cohort
from benchmark.training.group import Group
from benchmark.training.step import Lesson
from benchmark.training.streams import Streams
from ganzoo.catalog import find_variant

BATCH, STEPS = 8, 10
CPU = torch.device("cpu")
Start = Callable[[str], tuple[Lesson, Group]]
AUGMENTED = {"diffaugment-fake", "instance-noise-fake"}


@pytest.fixture
def start(
    digits: LabelledImages, assignments: Callable[[str], list[Assignment]], cohort: Callable[..., Cohort]
) -> Start:
    """The lesson and two members of a variant."""

    def make(variant: str) -> tuple[Lesson, Group]:
        prepared = cohort(assignments(variant)[:2], stacked=True, dtype=torch.float32)
        return Lesson(prepared.model, digits, BATCH, STEPS), prepared.group

    return make


def test_a_turn_reads_the_streams_of_each_member(digits: LabelledImages, start: Start) -> None:
    lesson, group = start("wgan-gp")
    asked = lesson.turn("discriminator", (3, 0), group)
    shape = (BATCH, lesson.model.variant.latent_size)
    for member, used in enumerate(group.streams):
        streams = Streams(used.seed, CPU)
        chosen = streams.batch(3, BATCH, len(digits.images))
        torch.testing.assert_close(asked.real[member], digits.images[chosen].float() / 127.5 - 1, rtol=0, atol=1e-7)
        latents = torch.rand(shape, generator=streams.at("latents-discriminator", 3, 0)) * 2 - 1
        assert torch.equal(asked.latents[member], latents)
        noise = torch.rand(BATCH, generator=streams.at("gp-discriminator", 3, 0))
        assert torch.equal(asked.noise["gp"][member], noise)
        assert asked.key[member].item() == streams.key("discriminator", 3, 0)


@pytest.mark.parametrize(
    ("variant", "player", "images", "labels"),
    [
        ("dcgan", "discriminator", BATCH, 0),
        ("dcgan", "generator", 0, 0),
        ("cgan-pd", "discriminator", BATCH, BATCH),
        ("cgan-pd", "generator", 0, BATCH),
        ("ragan", "generator", BATCH, 0),
        ("mlp+hinge+instance-noise", "generator", BATCH, 0),  # its noise has the images' shape
    ],
)
def test_images_and_labels_are_drawn_where_they_are_read(
    variant: str, player: str, images: int, labels: int, digits: LabelledImages, start: Start
) -> None:
    lesson, group = start(variant)
    asked = lesson.turn(player, (3, 0), group)
    assert asked.real.shape == (2, images, 1, 8, 8)
    assert asked.labels.shape == (2, labels)
    for member, used in enumerate(group.streams):
        chosen = Streams(used.seed, CPU).batch(3, BATCH, len(digits.images))
        assert torch.equal(asked.labels[member], digits.labels[chosen[:labels]])


@pytest.mark.parametrize(
    ("variant", "discriminator", "generator"),
    [
        ("dcgan", set(), set()),
        ("wgan-gp", {"gp"}, set()),
        ("r3gan", {"r1", "r2"}, set()),
        (
            "mlp+hinge+consistency+diffaugment+instance-noise",
            {"consistency", "diffaugment-real", "instance-noise-real"} | AUGMENTED,
            AUGMENTED,
        ),
        (
            "mlp+relativistic-average+r1+diffaugment",
            {"r1", "diffaugment-real", "diffaugment-fake"},
            {"diffaugment-real", "diffaugment-fake"},
        ),
    ],
)
def test_only_what_a_player_looks_through_is_drawn(
    variant: str, discriminator: set[str], generator: set[str], start: Start
) -> None:
    """The generator's turn has no penalties, and sees real images only where its loss does."""
    lesson, group = start(variant)
    assert lesson.turn("discriminator", (3, 0), group).noise.keys() == discriminator
    assert lesson.turn("generator", (3, 0), group).noise.keys() == generator


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_noise_comes_from_the_stream_of_its_name_and_player(player: str, start: Start) -> None:
    variant = "mlp+relativistic-pairing+r1+consistency+diffaugment+instance-noise"
    lesson, group = start(variant)
    asked, recipe = lesson.turn(player, (3, 1), group), find_variant(variant)
    sources = {penalty.name: penalty.noise for penalty in recipe.penalties}
    sources |= {f"{each.name}-{side}": each.noise for each in recipe.augmentations for side in ("real", "fake")}
    for member, used in enumerate(group.streams):
        for name, given in asked.noise.items():
            drawn = sources[name](asked.real[member], Streams(used.seed, CPU).at(f"{name}-{player}", 3, 1))
            assert torch.equal(given[member], drawn), name


def test_real_and_generated_images_are_augmented_differently(start: Start) -> None:
    lesson, group = start("mlp+hinge+instance-noise")
    noise = lesson.turn("discriminator", (3, 0), group).noise
    drawn = torch.stack(
        [noise[f"instance-noise-{side}"][member].flatten() for side in ("real", "fake") for member in (0, 1)]
    )
    assert uncorrelated(drawn)


def test_the_two_players_and_repeats_see_different_latents(start: Start) -> None:
    lesson, group = start("dcgan")
    turns = [("discriminator", (3, 0)), ("generator", (3, 0)), ("generator", (3, 1)), ("generator", (4, 0))]
    assert uncorrelated(torch.stack([lesson.turn(player, step, group).latents.flatten() for player, step in turns]))


def uncorrelated(drawn: Tensor) -> bool:
    """Whether rows (N, numbers) have nothing to do with each other, by four standard errors."""
    apart = torch.corrcoef(drawn) - torch.eye(len(drawn))
    return float(apart.abs().max()) < 4 / drawn.shape[1] ** 0.5


def test_settings_are_those_of_the_members(start: Start) -> None:
    lesson, group = start("wgan-gp")
    settings = lesson.turn("discriminator", (3, 0), group).settings
    assert settings.keys() == {"clip", "penalty_weight", "constraint_weight", "balance_gain", "diversity_ratio"}
    assert settings["penalty_weight"].tolist() == pytest.approx([10.0, 1.0])
    assert settings["clip"].tolist() == [0.0, 0.0]
    assert {values.dtype for values in settings.values()} == {torch.float32}


def test_the_opponent_is_the_other_player(start: Start) -> None:
    lesson, group = start("began")
    turns = {player: lesson.turn(player, (3, 0), group) for player in ("discriminator", "generator")}
    assert turns["discriminator"].opponent is group.generator.weights
    assert turns["generator"].opponent is group.discriminator.weights
    # Both read the discriminator's state, since the loss belongs to both.
    assert all(turn.loss is group.discriminator.loss for turn in turns.values())


@pytest.mark.parametrize(("step", "progress"), [(0, 0.0), (3, 0.3), (9, 0.9)])
def test_progress_is_the_share_of_steps_that_are_done(step: int, progress: float, start: Start) -> None:
    lesson, group = start("dcgan")
    assert lesson.progress(step) == progress
    for player in ("discriminator", "generator"):
        for repeat in (0, 1):
            seen = lesson.turn(player, (step, repeat), group).progress
            assert seen.tolist() == pytest.approx([progress, progress])
            assert seen.dtype == torch.float32
