import pytest
import torch
from comparisons import gaussian, of_features

from benchmark.metrics.precision_recall import PRECISION_RECALL


def test_by_hand():
    # On a line, the third neighbours of the real points 0, 1, 2, 3, 100 lie 3, 2, 2, 3, 99 away: balls over -3 .. 199.
    real = torch.tensor([[0.0], [1.0], [2.0], [3.0], [100.0]], dtype=torch.float64)
    # Those of the fake points 0, 1, 2, 3, -50 lie 3, 2, 2, 3, 52 away: balls over -102 .. 6.
    fake = torch.tensor([[0.0], [1.0], [2.0], [3.0], [-50.0]], dtype=torch.float64)
    found = PRECISION_RECALL.function(of_features(fake, real))
    assert found["precision"] == pytest.approx(4 / 5)
    assert found["recall"] == pytest.approx(4 / 5)
    assert found["precision_recall_f_score"] == pytest.approx(4 / 5)


def test_precision_counts_generated_and_recall_counts_real():
    real = torch.arange(20, dtype=torch.float64).view(-1, 1)
    fake = torch.arange(5, dtype=torch.float64).view(-1, 1)
    found = PRECISION_RECALL.function(of_features(fake, real))
    assert found["precision"] == 1.0
    # The fake balls reach from 0 - 3 to 4 + 3, and the real points 0 .. 7 lie within.
    assert found["recall"] == pytest.approx(8 / 20)


def test_the_f_score_of_shares_whose_sum_is_below_one():
    # The real balls end at 4 + 3, past 6.5 alone; its own reaches from 3.5 to 9.5, and the next from 5.5.
    real = torch.arange(5, dtype=torch.float64).view(-1, 1)
    fake = torch.tensor([[6.5], [7.5], [8.5], [9.5], *([1000.0 + each] for each in range(6))], dtype=torch.float64)
    found = PRECISION_RECALL.function(of_features(fake, real))
    assert found["precision"] == pytest.approx(1 / 10)
    assert found["recall"] == pytest.approx(1 / 5)
    assert found["precision_recall_f_score"] == pytest.approx(2 / 15)  # 2 (1/10) (1/5) / (3/10)


def test_blocks_of_distances_change_nothing():
    real, fake = gaussian(1300, 4, 1), gaussian(1100, 4, 2) * 1.3
    found = PRECISION_RECALL.function(of_features(fake, real))
    radii = torch.cdist(real, real).kthvalue(4).values
    assert found["precision"] == pytest.approx((torch.cdist(fake, real) <= radii).any(1).double().mean().item())
