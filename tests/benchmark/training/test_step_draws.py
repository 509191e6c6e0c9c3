"""What a turn reads: random numbers by member, player, purpose and update, and how far training has come."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.objectives import StepInputs
from benchmark.training.random_streams import Streams, derive_seed
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import next_inputs, step_inputs
from ganzoo.hyperparameters import SCALARS
from ganzoo.registry import find_variant

BATCH, STEPS, AHEAD = 8, 20, 32
# The fourth of the second chunk, whose numbers are drawn for 32 updates of 8 images at once.
UPDATE, CHUNK = 35, 1
ROWS = slice(3 * BATCH, 4 * BATCH)
CPU = torch.device("cpu")
Start = Callable[[str], tuple[TrainingSetup, StackedMembers]]
AUGMENTED = {"diffaugment-fake", "instance-noise-fake"}


@pytest.fixture
def start(configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]) -> Start:
    """The lesson and two members of a variant."""

    def make(variant: str) -> tuple[TrainingSetup, StackedMembers]:
        prepared = cohort(configs(variant)[:2], method="stacked", dtype=torch.float32)
        assert (prepared.setup.batch_size, prepared.setup.steps, prepared.setup.ahead) == (BATCH, STEPS, AHEAD)
        return prepared.setup, prepared.stacked

    return make


def turn_at(setup: TrainingSetup, player: str, update: int, stacked: StackedMembers) -> StepInputs:
    """What a player of every member reads in its update number `update`."""
    for input_streams in stacked.input_streams:
        getattr(input_streams, player).position = update
    return step_inputs(setup, player, stacked, next_inputs(player, stacked))


def seeds(stacked: StackedMembers) -> list[int]:
    assert len(stacked) == 2
    return [1000, 1001]


def generator_of(seed: int, purpose: str, number: int) -> torch.Generator:
    return torch.Generator().manual_seed(derive_seed(seed, purpose, number))


def test_a_turn_reads_the_streams_of_each_member(digits: LabelledImages, start: Start) -> None:
    """Images 256 + 24 to 256 + 31 of 100 an epoch are those from 80 on of the third."""
    setup, stacked = start("wgan-gp")
    asked = turn_at(setup, "discriminator", UPDATE, stacked)
    latent_size = setup.model.variant.latent_size
    for member, seed in enumerate(seeds(stacked)):
        chosen = torch.randperm(100, generator=generator_of(seed, "order-discriminator", 2))[80:88]
        torch.testing.assert_close(asked.real[member], digits.images[chosen].float() / 127.5 - 1, rtol=0, atol=1e-7)
        uniform = torch.rand(AHEAD * BATCH, latent_size, generator=generator_of(seed, "latents-discriminator", CHUNK))
        assert torch.equal(asked.latents[member], uniform[ROWS] * 2 - 1)
        noise = torch.rand(AHEAD * BATCH, generator=generator_of(seed, "gp-discriminator", CHUNK))
        assert torch.equal(asked.noise["gp"][member], noise[ROWS])
        keys = torch.randint(2**31, (AHEAD,), generator=generator_of(seed, "key-discriminator", CHUNK))
        assert asked.key[member] == keys[3]


@pytest.mark.parametrize(
    ("variant", "player", "images", "labels"),
    [
        ("dcgan", "discriminator", BATCH, 0),
        ("dcgan", "generator", 0, 0),
        ("cgan-pd", "discriminator", BATCH, BATCH),
        ("cgan-pd", "generator", 0, BATCH),
        ("ragan", "generator", BATCH, 0),
        ("mlp+hinge+instance-noise", "generator", 0, 0),
    ],
)
def test_images_and_labels_are_drawn_where_they_are_read(
    variant: str, player: str, images: int, labels: int, digits: LabelledImages, start: Start
) -> None:
    setup, stacked = start(variant)
    asked = turn_at(setup, player, UPDATE, stacked)
    assert asked.real.shape == (2, images, 1, 8, 8)
    assert asked.labels.shape == (2, labels)
    for member, seed in enumerate(seeds(stacked)):
        chosen = torch.randperm(100, generator=generator_of(seed, f"order-{player}", 2))[80:88]
        assert torch.equal(asked.labels[member], digits.labels[chosen[:labels]])
        expected = digits.images[chosen[:images]].float() / 127.5 - 1
        torch.testing.assert_close(asked.real[member], expected, rtol=0, atol=1e-7)


def test_noise_of_the_images_shape_is_drawn_without_images(start: Start) -> None:
    setup, stacked = start("mlp+hinge+instance-noise")
    assert turn_at(setup, "generator", UPDATE, stacked).noise["instance-noise-fake"].shape == (2, BATCH, 1, 8, 8)


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
    setup, stacked = start(variant)
    assert turn_at(setup, "discriminator", 3, stacked).noise.keys() == discriminator
    assert turn_at(setup, "generator", 3, stacked).noise.keys() == generator


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_noise_comes_from_the_stream_of_its_name_and_player(player: str, start: Start) -> None:
    variant = "mlp+relativistic-pairing+r1+consistency+diffaugment+instance-noise"
    setup, stacked = start(variant)
    asked, variant = turn_at(setup, player, UPDATE, stacked), find_variant(variant)
    sources = {penalty.name: penalty.noise for penalty in variant.penalties}
    sources |= {f"{each.name}-{side}": each.noise for each in variant.augmentations for side in ("real", "fake")}
    assert asked.noise
    for member, seed in enumerate(seeds(stacked)):
        for name, given in asked.noise.items():
            drawn = sources[name](torch.zeros(AHEAD * BATCH, 1, 8, 8), Streams(seed, CPU).at(f"{name}-{player}", CHUNK))
            assert torch.equal(given[member], drawn[ROWS]), name


def test_real_and_generated_images_are_augmented_differently(start: Start) -> None:
    setup, stacked = start("mlp+hinge+instance-noise")
    noise = turn_at(setup, "discriminator", 3, stacked).noise
    drawn = torch.stack(
        [noise[f"instance-noise-{side}"][member].flatten() for side in ("real", "fake") for member in (0, 1)]
    )
    assert uncorrelated(drawn)


def test_players_members_and_updates_see_different_latents(start: Start) -> None:
    """Updates of one chunk, and of two."""
    setup, stacked = start("dcgan")
    updates = [("discriminator", 3), ("generator", 3), ("generator", 4), ("generator", UPDATE)]
    drawn = [turn_at(setup, player, update, stacked).latents.flatten(1) for player, update in updates]
    assert uncorrelated(torch.cat(drawn))


def test_members_see_the_images_in_orders_of_their_own(start: Start) -> None:
    """Two permutations of 100 have one image in common places on average, and deviate by one."""
    _, stacked = start("ragan")
    drawn = []
    for player in ("discriminator", "generator"):
        for input_streams in stacked.input_streams:
            getattr(input_streams, player).position = 0
        drawn.append(torch.cat([next_inputs(player, stacked)["batch"] for _ in range(12)], 1))
    orders = torch.cat(drawn)
    for one in range(4):
        for other in range(one):
            assert int((orders[one] == orders[other]).sum()) < 8


def uncorrelated(drawn: Tensor) -> bool:
    """Whether rows (N, numbers) have nothing to do with each other, by four standard errors."""
    apart = torch.corrcoef(drawn) - torch.eye(len(drawn))
    return float(apart.abs().max()) < 4 / drawn.shape[1] ** 0.5


def test_settings_are_those_of_the_members(start: Start) -> None:
    setup, stacked = start("wgan-gp")
    hyperparameters = turn_at(setup, "discriminator", 3, stacked).hyperparameters
    assert hyperparameters.keys() == set(SCALARS)
    assert hyperparameters["penalty_weight"].tolist() == pytest.approx([10.0, 1.0])
    assert hyperparameters["clip"].tolist() == [0.0, 0.0]
    assert {values.dtype for values in hyperparameters.values()} == {torch.float32}


def test_the_opponent_is_the_other_player(start: Start) -> None:
    setup, stacked = start("began")
    steps_made = {player: turn_at(setup, player, 3, stacked) for player in ("discriminator", "generator")}
    assert steps_made["discriminator"].opponent is stacked.generator.weights
    assert steps_made["generator"].opponent is stacked.discriminator.weights
    # Both read the discriminator's state, since the loss belongs to both.
    assert all(step.loss is stacked.discriminator.loss for step in steps_made.values())


@pytest.mark.parametrize(
    ("player", "update", "progress"),
    [
        ("discriminator", 0, [0.0, 0.0]),
        ("discriminator", 3, [0.15, 0.15]),
        ("discriminator", 19, [0.95, 0.95]),
        ("generator", 0, [0.0, 0.05]),
        ("generator", 3, [0.15, 0.35]),
        ("generator", 9, [0.45, 0.95]),
    ],
)
def test_progress_is_the_share_of_discriminator_steps_that_are_done(
    player: str, update: int, progress: list[float], start: Start
) -> None:
    """Of twenty, by members whose generators move after every step and after every second."""
    setup, stacked = start("dcgan")
    seen = turn_at(setup, player, update, stacked).progress
    assert seen.tolist() == pytest.approx(progress)
    assert seen.dtype == torch.float32
