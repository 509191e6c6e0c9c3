"""The cosine decay."""

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR

from ganzoo.schedules.cosine import COSINE, cosine


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (0.0, 1.0),
        (0.25, (1 + 0.5**0.5) / 2),  # the cosine of 45 degrees is the root of a half
        (1 / 3, 0.75),  # of 60 degrees a half
        (0.5, 0.5),
        (2 / 3, 0.25),
        (1.0, 0.0),
    ],
)
def test_by_hand(progress: float, expected: float) -> None:
    assert cosine(progress) == pytest.approx(expected, abs=1e-15)


def test_agrees_with_torch() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=0.3)
    scheduler = CosineAnnealingLR(optimiser, T_max=40)
    for step in range(40):
        assert scheduler.get_last_lr()[0] == pytest.approx(0.3 * COSINE.factor(step / 40), rel=1e-9)
        optimiser.step()
        scheduler.step()


def test_is_symmetric_about_half_way() -> None:
    assert all(cosine(step / 20) + cosine(1 - step / 20) == pytest.approx(1.0) for step in range(11))
