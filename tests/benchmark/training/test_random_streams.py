"""Random streams: pinned to worked-out numbers, free of history, and independent of each other."""

import pytest
import torch
from torch import Tensor

from benchmark.training.random_streams import Streams, derive_seed

CPU = torch.device("cpu")
DRAWS = 20_000
SIZES = [(12, 4), (10, 4), (7, 7), (3, 8), (5, 13)]


def normals(seed: int, purpose: str, *step: int) -> Tensor:
    return torch.randn(DRAWS, generator=Streams(seed, CPU).at(purpose, *step), dtype=torch.float64)


@pytest.mark.parametrize(
    ("parts", "digest"),
    [
        ((0, "weights"), 0x76E392D5D9C410CD),  # printf '0/weights' | b2sum -l 64
        ((7, "latents-generator", 3, 1), 0xBA9A8F8A1009D43E),
    ],
)
def test_derived_seeds_are_blake2b_without_its_last_bit(parts: tuple[int | str, ...], digest: int) -> None:
    assert derive_seed(*parts) == digest // 2


def test_generators_come_from_derived_seeds() -> None:
    assert Streams(7, CPU).at("latents-generator", 3, 1).initial_seed() == 0xBA9A8F8A1009D43E // 2


def test_numbers_do_not_depend_on_what_was_drawn_before() -> None:
    busy = Streams(5, CPU)
    busy.batch("order", 9, 4, 10)
    torch.rand(3, generator=busy.at("penalty", 1))
    torch.rand(100)
    later = torch.randn(DRAWS, generator=busy.at("latents", 4), dtype=torch.float64)
    assert torch.equal(later, normals(5, "latents", 4))


@pytest.mark.parametrize(("images", "size"), SIZES)
def test_batches_do_not_depend_on_the_order_of_calls(images: int, size: int) -> None:
    forward, backward = Streams(3, CPU), Streams(3, CPU)
    expected = [forward.batch("order", step, size, images) for step in range(8)]
    for step in reversed(range(8)):
        torch.rand(2, generator=backward.at("noise", step))
        assert torch.equal(backward.batch("order", step, size, images), expected[step])


@pytest.mark.parametrize(("images", "size"), SIZES)
def test_batches_end_to_end_are_whole_epochs(images: int, size: int) -> None:
    streams, epochs = Streams(3, CPU), 6
    steps = -(-epochs * images // size)
    batches = [streams.batch("order", step, size, images) for step in range(steps)]
    assert all(batch.shape == (size,) and batch.dtype == torch.int64 for batch in batches)
    orders = torch.cat(batches)[: epochs * images].reshape(epochs, images)
    assert torch.equal(orders.sort(dim=1).values, torch.arange(images).expand(epochs, images))
    assert len(orders.unique(dim=0)) > 1


def test_a_batch_straddles_two_epochs() -> None:
    """10 images in batches of 4: the third batch ends the first epoch and begins the second."""
    streams = Streams(3, CPU)
    first = torch.randperm(10, generator=torch.Generator().manual_seed(derive_seed(3, "order", 0)))
    second = torch.randperm(10, generator=torch.Generator().manual_seed(derive_seed(3, "order", 1)))
    assert torch.equal(streams.batch("order", 2, 4, 10), torch.cat([first[8:], second[:2]]))
    assert torch.equal(streams.batch("order", 3, 4, 10), second[2:6])
    assert torch.equal(streams.batch("order", 0, 4, 10), first[:4])


def test_a_batch_may_be_many_epochs() -> None:
    """3 images in batches of 8: the second batch begins with the last image of the third epoch."""
    generators = (torch.Generator().manual_seed(derive_seed(3, "order", epoch)) for epoch in range(6))
    orders = torch.cat([torch.randperm(3, generator=generator) for generator in generators])
    assert torch.equal(Streams(3, CPU).batch("order", 1, 8, 3), orders[8:16])


def test_purposes_have_orders_of_their_own_whoever_asks_first() -> None:
    streams = Streams(3, CPU)
    for purpose in ("order-generator", "order-discriminator", "order-generator"):
        order = torch.randperm(50, generator=torch.Generator().manual_seed(derive_seed(3, purpose, 1)))
        assert torch.equal(streams.batch(purpose, 1, 50, 50), order)


def test_data_sets_of_other_sizes_do_not_share_an_order() -> None:
    streams = Streams(3, CPU)
    assert sorted(streams.batch("order", 0, 6, 6).tolist()) == list(range(6))
    assert sorted(streams.batch("order", 0, 9, 9).tolist()) == list(range(9))


@pytest.mark.parametrize(
    "other",
    [(1, "latents", 0), (0, "penalty", 0), (0, "latents", 1), (0, "latents", 0, 0), (0, "latents")],
    ids=["seed", "purpose", "step", "longer", "shorter"],
)
def test_other_streams_are_uncorrelated(other: tuple[int, str, *tuple[int, ...]]) -> None:
    pair = torch.stack([normals(0, "latents", 0), normals(*other)])
    assert abs(torch.corrcoef(pair)[0, 1].item()) < 4 / DRAWS**0.5


def test_orders_of_two_seeds_two_epochs_and_two_purposes_are_uncorrelated() -> None:
    images = 5000
    asked = [(0, "order", 0), (0, "order", 1), (1, "order", 0), (0, "order-generator", 0)]
    orders = torch.stack([Streams(seed, CPU).batch(purpose, step, images, images) for seed, purpose, step in asked])
    correlations = torch.corrcoef(orders.double()) - torch.eye(4)
    assert correlations.abs().max().item() < 4 / images**0.5
