"""The labels that a conditional generator is sampled with."""

import pytest
import torch
from scipy.stats import chisquare

from benchmark.training.model import ImageShape, Model
from benchmark.training.random_streams import Streams
from benchmark.training.sampling import InputSource, batches
from ganzoo.registry import VARIANTS

# Class 3 half of the time, 0 and 5 a quarter each, the others never.
LABELS = torch.tensor([3, 0, 3, 5])
SHAPE = ImageShape(channels=1, resolution=8, classes=10)


def source(seed: int = 4, labels: torch.Tensor = LABELS) -> InputSource:
    model = Model.of(VARIANTS["cgan-pd"], SHAPE, torch.float32)
    return InputSource(model, labels, Streams(seed, torch.device("cpu")))


def test_labels_come_as_often_as_in_the_data() -> None:
    latents, labels = source().draw("score", 4000)
    assert latents.shape == (4000, 128)
    assert labels.dtype == torch.int64
    counts = torch.bincount(labels, minlength=10)
    assert counts[[0, 3, 5]].sum() == 4000
    assert chisquare(counts[[0, 3, 5]].numpy(), [1000, 2000, 1000]).pvalue > 0.01


def test_labels_belong_to_their_purpose_and_seed() -> None:
    first = source().draw("score", 500)[1]
    assert torch.equal(source().draw("score", 500)[1], first)
    for other in (source().draw("grid", 500)[1], source(seed=5).draw("score", 500)[1]):
        # Two independent draws agree with probability 1/4 + 1/16 + 1/16.
        assert (first == other).float().mean().item() == pytest.approx(0.375, abs=4 * (0.375 * 0.625 / 500) ** 0.5)


def test_latents_do_not_depend_on_the_labels() -> None:
    one, other = (source(labels=labels).draw("score", 50)[0] for labels in (LABELS, torch.arange(10)))
    assert torch.equal(one, other)


def test_an_unconditional_pair_draws_none() -> None:
    model = Model.of(VARIANTS["dcgan"], SHAPE, torch.float32)
    drawn = InputSource(model, LABELS, Streams(4, torch.device("cpu"))).draw("score", 5)
    assert [part.shape for part in drawn] == [(5, 100)]


def test_batches_keep_latents_and_labels_together() -> None:
    inputs = torch.arange(7.0)[:, None], torch.arange(7)
    parts = list(batches(inputs, 3))
    assert [len(labels) for _, labels in parts] == [3, 3, 1]
    assert all(torch.equal(latents[:, 0], labels.float()) for latents, labels in parts)
    assert torch.equal(torch.cat([labels for _, labels in parts]), torch.arange(7))
