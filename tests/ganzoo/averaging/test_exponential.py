"""The exponential moving average."""

import pytest
import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from ganzoo.averaging.exponential import EXPONENTIAL_AVERAGE, warmed_up_decay


def updates(*numbers: float) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64)[:, None]


def averaged(weights: list[Tensor], first_update: int = 1) -> Tensor:
    """Weights (P,) by update, the average starting at the first: the recursion of the paper's equation 3."""
    average = weights[0]
    for update, current in enumerate(weights[1:], start=first_update):
        decay = EXPONENTIAL_AVERAGE.decay(updates(update))[0, 0]
        average = decay * average + (1 - decay) * current
    return average


def test_decay_by_hand() -> None:
    # 2/11, 3/12, 11/20, 101/110; then (1 + t) / (10 + t) reaches 0.999 at t = 8990.
    expected = [2 / 11, 0.25, 0.55, 101 / 110, 8990 / 8999, 0.999, 0.999, 0.999]
    decays = EXPONENTIAL_AVERAGE.decay(updates(1, 2, 10, 100, 8989, 8990, 8991, 1e6))
    assert decays.shape == (8, 1)
    assert decays.flatten().tolist() == pytest.approx(expected, rel=1e-14)


def test_decay_of_another_length() -> None:
    assert warmed_up_decay(updates(1, 80, 81, 1000), decay=0.9).flatten().tolist() == pytest.approx(
        [2 / 11, 0.9, 0.9, 0.9]
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_member_has_its_own_count(dtype: torch.dtype) -> None:
    together = EXPONENTIAL_AVERAGE.decay(updates(1, 50, 9000).to(dtype))
    alone = [EXPONENTIAL_AVERAGE.decay(updates(count).to(dtype)) for count in (1, 50, 9000)]
    assert torch.equal(together, torch.cat(alone))
    assert together.dtype == dtype


def test_average_of_three_updates_by_hand() -> None:
    weights = [torch.tensor([value], dtype=torch.float64) for value in (0.0, 11.0, 3.0)]
    # After the first update 9/11 of 11; after the second a quarter of that and three quarters of 3.
    assert averaged(weights).item() == pytest.approx(0.25 * 9 + 0.75 * 3)


def test_equals_torch_once_warmed_up() -> None:
    weights = [torch.randn(5, dtype=torch.float64) for _ in range(30)]
    average = [weights[0].clone()]
    step = get_ema_multi_avg_fn(0.999)
    for current in weights[1:]:
        step(average, [current], torch.tensor(1))
    torch.testing.assert_close(averaged(weights, first_update=9000), average[0], rtol=1e-12, atol=1e-12)


def test_a_short_run_forgets_its_beginning() -> None:
    weights = [torch.full((1,), 100.0).double()] + [torch.zeros(1).double()] * 200
    # The share of the start is the product of (1 + t) / (10 + t): 10! / (202 * ... * 210) < 1e-14; with a decay of
    # 0.999 from the first update it would be 0.82.
    assert averaged(weights).item() < 1e-11
