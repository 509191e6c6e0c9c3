"""The linear decay."""

import pytest
import torch
from torch.optim.lr_scheduler import LinearLR

from ganzoo.schedules.linear_decay import LINEAR_DECAY, linear_decay


@pytest.mark.parametrize(("progress", "expected"), [(0.0, 1.0), (0.25, 0.75), (0.5, 0.5), (0.875, 0.125), (1.0, 0.0)])
def test_by_hand(progress: float, expected: float) -> None:
    assert linear_decay(progress) == expected


def test_agrees_with_torch() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=0.3)
    scheduler = LinearLR(optimiser, start_factor=1.0, end_factor=0.0, total_iters=40)
    for step in range(40):
        assert scheduler.get_last_lr()[0] == pytest.approx(0.3 * LINEAR_DECAY.factor(step / 40), rel=1e-12)
        optimiser.step()
        scheduler.step()
