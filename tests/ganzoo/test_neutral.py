"""What a part does where it says nothing."""

import torch

from ganzoo import neutral

LOGITS, STATE = torch.tensor([1.0, -2.0]), {"balance": torch.tensor(0.5)}


def test_all_stays_as_it_is() -> None:
    draw = torch.Generator().manual_seed(0)
    before = draw.get_state()
    assert neutral.same_logits(LOGITS) is LOGITS
    assert neutral.same_state(STATE, LOGITS, LOGITS, {}) is STATE
    assert neutral.same_strength(STATE, LOGITS) is STATE
    assert neutral.same_weights(STATE, {}) == (STATE, {})
    assert neutral.no_state(STATE, draw) == {}
    assert neutral.no_projection(LOGITS, torch.ones(1)) is LOGITS
    assert neutral.constant(0.7) == 1.0
    assert torch.equal(draw.get_state(), before)


def test_no_number_is_drawn_for_a_batch() -> None:
    draw = torch.Generator().manual_seed(0)
    before = draw.get_state()
    assert neutral.no_noise(torch.zeros(3, 1, 8, 8), draw).shape == (3, 0)
    assert torch.equal(draw.get_state(), before)
