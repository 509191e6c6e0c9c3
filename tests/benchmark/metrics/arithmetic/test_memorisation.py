"""Memorisation: copies, fresh draws and strangers, and SciPy's Mann-Whitney test of the same distances."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from scipy.stats import kstest, mannwhitneyu, norm
from torch import Tensor

from benchmark.metrics.arithmetic.memorisation import memorisation


def normal(count: int, seed: int, size: int = 6) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed))


def line(*places: float) -> Tensor:
    return torch.tensor(places).view(-1, 1)


def test_by_hand() -> None:
    # Distances 1, 2 of the generated and 1, 3, 4 of the held-out: in six pairs, 4 are nearer, and 1 is as near.
    share, z = memorisation(line(1, 12), line(0, 10), line(-1, 13, 14))
    assert share == pytest.approx(4.5 / 6)
    # Ties of two take 2^3 - 2 = 6 from five distances: variance 6 / 12 (6 - 6 / 20).
    assert z == pytest.approx((4.5 - 3) / (6 / 12 * (6 - 6 / 20)) ** 0.5)


@pytest.mark.parametrize("scale", [1e6, 6], ids=["no ties", "many ties"])
def test_equal_to_scipy(scale: float) -> None:
    sets = (normal(70, 1, 2), normal(100, 2, 2), 1.2 * normal(50, 3, 2))
    generated, train, held_out = ((scale * values).round() for values in sets)
    share, z = memorisation(generated, train, held_out)
    ours, theirs = (cdist(values.double(), train.double()).min(1) for values in (generated, held_out))
    expected = mannwhitneyu(theirs, ours, alternative="greater", use_continuity=False, method="asymptotic")
    assert len(np.unique(np.concatenate([ours, theirs]))) in (range(1, 30) if scale == 6 else [120])
    assert share == pytest.approx(expected.statistic / (70 * 50), rel=1e-12)
    assert norm.sf(z) == pytest.approx(expected.pvalue, rel=1e-9)


def test_copies_give_one_and_strangers_nothing() -> None:
    train, held_out = normal(200, 1), normal(100, 2)
    assert memorisation(train[:90], train, held_out)[0] == 1.0
    assert memorisation(train[:90], train, held_out)[1] > 10
    assert memorisation(100 + normal(90, 3), train, held_out)[0] == 0.0
    assert memorisation(100 + normal(90, 3), train, held_out)[1] < -10


def test_copies_among_fresh_images_count_by_their_share() -> None:
    train, held_out = normal(500, 1), normal(400, 2)
    generated = torch.cat([train[:100], normal(300, 3)])
    # A quarter always wins, the rest half of the time.
    assert memorisation(generated, train, held_out)[0] == pytest.approx(0.25 + 0.75 / 2, abs=0.05)


def test_fresh_draws_are_no_nearer_than_held_out_ones() -> None:
    scores = [memorisation(normal(80, 3 * i), normal(200, 3 * i + 1), normal(60, 3 * i + 2)) for i in range(100)]
    shares, z = np.array(scores).T
    assert shares.mean() == pytest.approx(0.5, abs=4 * shares.std() / 10)
    assert kstest(z, "norm").pvalue > 0.01


def test_no_differences_are_no_evidence() -> None:
    train = normal(20, 1)
    assert memorisation(train[:5], train, train[5:10]) == (0.5, 0.0)


def test_a_copy_is_nearer_than_its_slightest_change() -> None:
    train = normal(50, 1, 2048) + 10
    assert memorisation(train[:20], train, train[20:40] + 1e-5)[0] == 1.0


@pytest.mark.parametrize("empty", range(3))
def test_empty_sets_are_refused(empty: int) -> None:
    sets = [normal(0 if empty == i else 4, i) for i in range(3)]
    with pytest.raises(ValueError, match=r"at least one of each|nearest of 0"):
        memorisation(*sets)
