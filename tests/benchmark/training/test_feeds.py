"""Feeds: a member's random inputs, an update at a time, whatever else is drawn and wherever it begins."""

from collections.abc import Callable

import pytest
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.training import lesson as lessons
from benchmark.training.feeds import Feed, Feeds
from benchmark.training.gradients import Tree, leaves_of
from benchmark.training.lesson import Lesson, Pace
from benchmark.training.streams import Streams, derive_seed
from ganzoo.catalog import find_variant

BATCH, AHEAD, SEED = 8, 4, 7
PACES = [Pace(1, 1), Pace(2, 1), Pace(5, 1), Pace(1, 2), Pace(1, 3)]
Make = Callable[[str], Lesson]


@pytest.fixture
def lesson(digits: LabelledImages, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A lesson of a variant, whose random inputs are drawn four updates at once."""
    monkeypatch.setattr(lessons, "MOST_AHEAD", AHEAD)
    return lambda variant: Lesson.of(find_variant(variant), digits, BATCH, 20)


def feeds_of(lesson: Lesson, pace: Pace, seed: int = SEED) -> Feeds:
    return Feeds.of(lesson, Streams(seed, torch.device("cpu")), pace)


def generator_of(purpose: str, number: int) -> torch.Generator:
    return torch.Generator().manual_seed(derive_seed(SEED, purpose, number))


def equal(one: Tree, other: Tree) -> bool:
    pairs = zip(leaves_of(one), leaves_of(other), strict=True)
    return one.keys() == other.keys() and all(torch.equal(ours, theirs) for ours, theirs in pairs)


def step(feeds: Feeds) -> list[Tree]:
    """What a member reads in one discriminator step and the generator's turn that follows it, if one does."""
    read, repeat = [feeds.discriminator.next()], 0
    while feeds.due(repeat):
        read.append(feeds.generator.next())
        repeat += 1
    return read


def test_rows_by_hand(lesson: Make) -> None:
    """Twelve updates of 8 images, drawn four at once: 96 images of the first epoch of 100."""
    given = lesson("wgan-gp")
    feed, latent_size = feeds_of(given, Pace(1, 1)).discriminator, given.model.variant.latent_size
    order = torch.randperm(100, generator=generator_of("order-discriminator", 0))
    for update in range(12):
        (chunk, row), read = divmod(update, AHEAD), feed.next()
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
    assert feed.position == 12


def test_batches_go_on_over_chunks_and_epochs(lesson: Make) -> None:
    """Images 96 to 103 of epochs of 100, the first of the fourth chunk."""
    feed = feeds_of(lesson("dcgan"), Pace(1, 1)).discriminator
    first, second = (torch.randperm(100, generator=generator_of("order-discriminator", epoch)) for epoch in range(2))
    batches = [feed.next()["batch"] for _ in range(25)]
    assert torch.equal(torch.cat(batches), torch.cat([first, second]))


@pytest.mark.parametrize("pace", PACES, ids=str)
@pytest.mark.parametrize("steps", [1, 4, 5, 8, 11])
def test_sought_is_as_if_it_had_come_there(pace: Pace, steps: int, lesson: Make) -> None:
    given = lesson("mlp+relativistic-average+r1+diffaugment+cosine")
    came, sought = feeds_of(given, pace), feeds_of(given, pace)
    for _ in range(steps):
        step(came)
    sought.seek(steps)
    assert sought.steps_done == came.steps_done == steps
    assert sought.generator.position == came.generator.position
    assert equal(sought.generator.next(), came.generator.next())
    assert equal(sought.discriminator.next(), came.discriminator.next())


def test_a_player_reads_the_same_whatever_the_other_has_read(lesson: Make) -> None:
    given = lesson("mlp+relativistic-average+r1+consistency+instance-noise")
    alone, beside = feeds_of(given, Pace(1, 1)), feeds_of(given, Pace(1, 1))
    expected = [alone.generator.next() for _ in range(9)]
    for update, read in enumerate(expected):
        for _ in range(update % 3):
            beside.discriminator.next()
        assert equal(beside.generator.next(), read)


def test_a_member_reads_the_same_whoever_reads_beside_it(lesson: Make) -> None:
    given = lesson("wgan-gp")
    alone = feeds_of(given, Pace(2, 1))
    beside, other = feeds_of(given, Pace(2, 1)), feeds_of(given, Pace(1, 1), seed=8)
    for _ in range(9):
        step(other)
        assert all(equal(one, two) for one, two in zip(step(alone), step(beside), strict=True))


def test_updates_read_different_inputs(lesson: Make) -> None:
    feed = feeds_of(lesson("gan-mlp-dropout"), Pace(1, 1)).generator
    read = [feed.next() for _ in range(12)]
    assert len({int(inputs["key"]) for inputs in read}) == 12
    assert len({float(inputs["latents"][0, 0]) for inputs in read}) == 12


# Generator updates after each of the first six discriminator steps.
TURNS = [[1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 1, 0], [2, 2, 2, 2, 2, 2], [3, 3, 3, 3, 3, 3]]


@pytest.mark.parametrize(("pace", "turns"), list(zip(PACES, TURNS, strict=True)), ids=map(str, PACES))
def test_how_often_the_generator_is_due_by_hand(pace: Pace, turns: list[int], lesson: Make) -> None:
    feeds = feeds_of(lesson("gan-mlp"), pace)
    for done, updates in enumerate(turns):
        feeds.discriminator.position = done + 1
        assert [feeds.due(repeat) for repeat in range(4)] == [repeat < updates for repeat in range(4)]


def test_places_are_chunks_and_rows(lesson: Make) -> None:
    feed = Feed(lesson("gan-mlp"), "generator", Streams(SEED, torch.device("cpu")), Pace(1, 1))
    seen = []
    for _ in range(6):
        seen.append(feed.place)
        feed.next()
    assert seen == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1)]
