"""InputStreams: a member's random inputs, an update at a time, whatever else is drawn and wherever it begins."""

from collections.abc import Callable

import pytest
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.training import setup as setups
from benchmark.training.gradients import Tree, leaves_of
from benchmark.training.input_streams import InputStream, InputStreams
from benchmark.training.random_streams import Streams, derive_seed
from benchmark.training.setup import TrainingSetup, UpdateSchedule
from ganzoo.registry import find_variant

BATCH, AHEAD, SEED = 8, 4, 7
PACES = [UpdateSchedule(1, 1), UpdateSchedule(2, 1), UpdateSchedule(5, 1), UpdateSchedule(1, 2), UpdateSchedule(1, 3)]
Make = Callable[[str], TrainingSetup]


@pytest.fixture
def setup(digits: LabelledImages, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A lesson of a variant, whose random inputs are drawn four updates at once."""
    monkeypatch.setattr(setups, "MOST_AHEAD", AHEAD)
    return lambda variant: TrainingSetup.of(find_variant(variant), digits, BATCH, 20)


def feeds_of(setup: TrainingSetup, update_schedule: UpdateSchedule, seed: int = SEED) -> InputStreams:
    return InputStreams.of(setup, Streams(seed, torch.device("cpu")), update_schedule)


def generator_of(purpose: str, number: int) -> torch.Generator:
    return torch.Generator().manual_seed(derive_seed(SEED, purpose, number))


def equal(one: Tree, other: Tree) -> bool:
    pairs = zip(leaves_of(one), leaves_of(other), strict=True)
    return one.keys() == other.keys() and all(torch.equal(ours, theirs) for ours, theirs in pairs)


def step(input_streams: InputStreams) -> list[Tree]:
    """What a member reads in one discriminator step and the generator's turn that follows it, if one does."""
    read, repeat = [input_streams.discriminator.next()], 0
    while input_streams.due(repeat):
        read.append(input_streams.generator.next())
        repeat += 1
    return read


def test_rows_by_hand(setup: Make) -> None:
    """Twelve updates of 8 images, drawn four at once: 96 images of the first epoch of 100."""
    given = setup("wgan-gp")
    input_stream, latent_size = feeds_of(given, UpdateSchedule(1, 1)).discriminator, given.model.variant.latent_size
    order = torch.randperm(100, generator=generator_of("order-discriminator", 0))
    for update in range(12):
        (chunk, row), read = divmod(update, AHEAD), input_stream.next()
        rows = slice(row * BATCH, (row + 1) * BATCH)
        assert torch.equal(read["batch"], order[update * BATCH : (update + 1) * BATCH])
        uniform = torch.rand(AHEAD * BATCH, latent_size, generator=generator_of("latents-discriminator", chunk))
        assert torch.equal(read["latents"], uniform[rows] * 2 - 1)
        noise = torch.rand(AHEAD * BATCH, generator=generator_of("gp-discriminator", chunk))
        assert torch.equal(read["noise"]["gp"], noise[rows])
        keys = torch.randint(2**31, (AHEAD,), generator=generator_of("key-discriminator", chunk))
        assert read["key"] == keys[row]
        assert read["progress"].item() == pytest.approx(update / 20)
        assert read["factor"] == 1
    assert input_stream.position == 12


def test_batches_go_on_over_chunks_and_epochs(setup: Make) -> None:
    """Images 96 to 103 of epochs of 100, the first of the fourth chunk."""
    input_stream = feeds_of(setup("dcgan"), UpdateSchedule(1, 1)).discriminator
    first, second = (torch.randperm(100, generator=generator_of("order-discriminator", epoch)) for epoch in range(2))
    batches = [input_stream.next()["batch"] for _ in range(25)]
    assert torch.equal(torch.cat(batches), torch.cat([first, second]))


@pytest.mark.parametrize("update_schedule", PACES, ids=str)
@pytest.mark.parametrize("steps", [1, 4, 5, 8, 11])
def test_sought_is_as_if_it_had_come_there(update_schedule: UpdateSchedule, steps: int, setup: Make) -> None:
    given = setup("mlp+relativistic-average+r1+diffaugment+cosine")
    came, sought = feeds_of(given, update_schedule), feeds_of(given, update_schedule)
    for _ in range(steps):
        step(came)
    sought.seek(steps)
    assert sought.steps_done == came.steps_done == steps
    assert sought.generator.position == came.generator.position
    assert equal(sought.generator.next(), came.generator.next())
    assert equal(sought.discriminator.next(), came.discriminator.next())


def test_a_player_reads_the_same_whatever_the_other_has_read(setup: Make) -> None:
    given = setup("mlp+relativistic-average+r1+consistency+instance-noise")
    alone, beside = feeds_of(given, UpdateSchedule(1, 1)), feeds_of(given, UpdateSchedule(1, 1))
    expected = [alone.generator.next() for _ in range(9)]
    for update, read in enumerate(expected):
        for _ in range(update % 3):
            beside.discriminator.next()
        assert equal(beside.generator.next(), read)


def test_a_member_reads_the_same_whoever_reads_beside_it(setup: Make) -> None:
    given = setup("wgan-gp")
    alone = feeds_of(given, UpdateSchedule(2, 1))
    beside, other = feeds_of(given, UpdateSchedule(2, 1)), feeds_of(given, UpdateSchedule(1, 1), seed=8)
    for _ in range(9):
        step(other)
        assert all(equal(one, two) for one, two in zip(step(alone), step(beside), strict=True))


def test_updates_read_different_inputs(setup: Make) -> None:
    input_stream = feeds_of(setup("gan-mlp-dropout"), UpdateSchedule(1, 1)).generator
    read = [input_stream.next() for _ in range(12)]
    assert len({int(inputs["key"]) for inputs in read}) == 12
    assert len({float(inputs["latents"][0, 0]) for inputs in read}) == 12


# Generator updates after each of the first six discriminator steps.
TURNS = [[1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 1, 0], [2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3]]


@pytest.mark.parametrize(("update_schedule", "steps_made"), list(zip(PACES, TURNS, strict=True)), ids=map(str, PACES))
def test_how_often_the_generator_is_due_by_hand(
    update_schedule: UpdateSchedule, steps_made: list[int], setup: Make
) -> None:
    input_streams = feeds_of(setup("gan-mlp"), update_schedule)
    for done, updates in enumerate(steps_made):
        input_streams.discriminator.position = done + 1
        assert [input_streams.due(repeat) for repeat in range(4)] == [repeat < updates for repeat in range(4)]


def test_places_are_chunks_and_rows(setup: Make) -> None:
    input_stream = InputStream(setup("gan-mlp"), "generator", Streams(SEED, torch.device("cpu")), UpdateSchedule(1, 1))
    seen = []
    for _ in range(6):
        seen.append(input_stream.place)
        input_stream.next()
    assert seen == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1)]
