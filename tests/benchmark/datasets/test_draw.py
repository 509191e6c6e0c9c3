"""A draw that stands for the whole, whatever order a set lies in."""

import numpy as np
import pytest
import torch

from benchmark.datasets.draw import drawn


@pytest.mark.parametrize("seed", range(200))
def test_each_class_has_its_share_and_no_image_comes_twice(seed: int) -> None:
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 6, chance.integers(0, 60)).tolist()
    count, classes = int(chance.integers(0, 70)), torch.tensor(labels, dtype=torch.int64)
    chosen = drawn(classes, count, seed)
    assert len(chosen) == len(set(chosen.tolist())) == min(count, len(labels))
    for label in set(labels):
        share = min(count, len(labels)) * labels.count(label) / len(labels)
        assert abs(int((classes[chosen] == label).sum()) - share) < 1


def test_a_sorted_set_is_drawn_evenly_and_in_no_order() -> None:
    labels = torch.arange(1200) // 600
    chosen = drawn(labels, 64)
    assert (labels[chosen] == 0).sum() == 32
    assert 20 < (labels[chosen][:32] == 0).sum() + (labels[chosen][32:] == 1).sum() < 44
    assert torch.equal(chosen, drawn(labels, 64))
    assert not torch.equal(chosen, drawn(labels, 64, seed=1))


def test_each_image_is_as_likely_as_any_other() -> None:
    """Of classes of 1, 2 and 4 images, 3 of 7 are taken in 3,000 draws: 1,286 times each, give or take 4 deviations."""
    labels = torch.tensor([0, 1, 1, 2, 2, 2, 2])
    counts = sum(torch.bincount(drawn(labels, 3, seed), minlength=7) for seed in range(3000))
    assert isinstance(counts, torch.Tensor)
    assert counts.tolist() == pytest.approx([3000 * 3 / 7] * 7, abs=4 * (3000 * 12 / 49) ** 0.5)


def test_all_are_taken_in_their_order() -> None:
    labels = torch.tensor([3, 1, 2])
    for count in (3, 4):
        assert drawn(labels, count).tolist() == [0, 1, 2]


def test_random_state_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    drawn(torch.zeros(100), 10)
    assert torch.equal(torch.random.get_rng_state(), before)
