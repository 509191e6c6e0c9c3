"""What losses remember, plainly: worked values, and the zoo's own from one update to the next."""

import pytest
import torch
from torch import Tensor

from ganzoo.registry import BUILT_IN
from tools.performance.plain_states import NEXT_STATES, PACES, next_averages, next_balance, next_strength


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_the_balance_moves_by_the_gain_and_is_held() -> None:
    """L(x) is 3 and L(G(z)) is 1: k moves by 0.1 (0.5 * 3 - 1) = 0.05."""
    settings = {"balance_gain": 0.1, "diversity_ratio": 0.5}
    real, fake = torch.tensor([-2.0, -4.0]).double(), torch.tensor([-1.0, -1.0]).double()
    assert next_balance({"balance": number(0.2)}, real, fake, settings)["balance"] == pytest.approx(0.25)
    assert next_balance({"balance": number(0.99)}, real, fake, settings)["balance"] == 1


def test_averages_begin_at_the_first_batch_and_keep_99_hundredths_then() -> None:
    state = {"real_average": number(7), "fake_average": number(7), "strength": number(0)}
    real, fake, settings = torch.tensor([1.0, 3.0]).double(), torch.tensor([-1.0, 0.0]).double(), {"lecam_weight": 0.3}
    state = next_averages(state, real, fake, settings)
    assert {name: value.item() for name, value in state.items()} == {
        "real_average": 2.0,
        "fake_average": -0.5,
        "strength": 0.3,
    }
    state = next_averages(state, real + 1, fake, settings)
    assert state["real_average"] == pytest.approx(0.99 * 2 + 0.01 * 3)
    assert state["fake_average"] == pytest.approx(-0.5)


@pytest.mark.parametrize("name", [name for name, loss in BUILT_IN.loss.items() if loss.state])
def test_every_loss_with_a_memory_has_its_own_here(name: str) -> None:
    loss, settings = BUILT_IN.loss[name], {"balance_gain": 0.1, "diversity_ratio": 0.5, "lecam_weight": 0.3}
    mine = theirs = {each: number(value) for each, value in loss.state.items()}
    for real, fake in torch.randn(5, 2, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1)):
        mine = NEXT_STATES[name](mine, real, fake, settings)
        theirs = loss.next_state(theirs, real, fake, {key: number(value) for key, value in settings.items()})
        assert {each: pytest.approx(value.item()) for each, value in mine.items()} == theirs


def test_a_strength_moves_at_the_fourth_batch() -> None:
    """Four batches of 2 in 80 images are a tenth; the mean signs 1, 1, 1 and 0 have a mean of 0.75."""
    state = {name: number(0) for name in ("strength", "signs", "batches")}
    for real in ([1.0, 2.0], [0.1, 0.2], [3.0, 4.0]):
        state = next_strength(state, torch.tensor(real).double(), 80)
        assert state["strength"] == 0
    state = next_strength(state, torch.tensor([-5.0, 5.0]).double(), 80)
    assert state["strength"] == pytest.approx(0.1)
    assert state["signs"] == state["batches"] == 0


@pytest.mark.parametrize("name", [name for name, each in BUILT_IN.augmentation.items() if each.state])
def test_every_augmentation_with_a_memory_has_its_pace_here(name: str) -> None:
    augmentation = BUILT_IN.augmentation[name]
    mine = theirs = {each: number(value) for each, value in augmentation.state.items()}
    for logits in torch.randn(40, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 1:
        mine, theirs = next_strength(mine, logits, PACES[name]), augmentation.next_state(theirs, logits)
        assert {each: pytest.approx(value.item()) for each, value in mine.items()} == theirs
