"""Precision and recall against torch-fidelity, to the last digit."""

import pytest
import torch
from torch import Tensor
from torch_fidelity.metric_prc import prc_features_to_metric

from benchmark.metrics.arithmetic import precision_recall
from benchmark.metrics.arithmetic.precision_recall import precision_and_recall, radii


def features(seed: int, count: int, scale: float = 1.0) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(count, 12, generator=draw, dtype=torch.float64) * scale


@pytest.mark.parametrize("block", [17, 1000])
@pytest.mark.parametrize(("generated", "real", "neighbours"), [(90, 60, 3), (25, 300, 5), (1100, 1030, 3)])
def test_equal_to_torch_fidelity(
    generated: int, real: int, neighbours: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision_recall, "BLOCK", block)
    ours, theirs = features(0, generated, 1.1), features(1, real)
    ours[3] = theirs[5]  # a copy
    expected = prc_features_to_metric(
        ours, theirs, prc_neighborhood=neighbours, prc_batch_size=block, save_cpu_ram=True, verbose=False
    )
    found = precision_and_recall(ours, theirs, radii(theirs, neighbours), neighbours)
    assert found == (expected["precision"], expected["recall"])
    assert 0 < found[0] < 1
    assert 0 < found[1] < 1


def test_a_ball_holds_its_border() -> None:
    """Balls of real points 0, 1, 2 reach from -1 to 3, and those of generated ones -1, 3, 8 over 4, 4 and 5."""
    real, generated = torch.tensor([[0.0], [1.0], [2.0]]).double(), torch.tensor([[-1.0], [3.0], [8.0]]).double()
    assert radii(real, 1).tolist() == [1, 1, 1]
    assert precision_and_recall(generated, real, radii(real, 1), 1) == (pytest.approx(2 / 3), 1)


def test_radii_by_hand() -> None:
    """On a line the second nearest other point of 0, 1, 3, 7 lies 3, 2, 3, 6 away."""
    assert radii(torch.tensor([[0.0], [1.0], [3.0], [7.0]]).double(), 2).tolist() == [3, 2, 3, 6]
