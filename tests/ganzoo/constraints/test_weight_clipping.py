"""Weight clipping."""

import torch

from ganzoo.constraints.weight_clipping import WEIGHT_CLIPPING, clip_weights


def test_by_hand() -> None:
    weights = torch.tensor([-2.0, -0.5, -0.1, 0.0, 0.3, 0.5, 7.0])
    clipped = clip_weights(weights, torch.tensor([0.5]))
    assert clipped.tolist() == torch.tensor([-0.5, -0.5, -0.1, 0.0, 0.3, 0.5, 0.5]).tolist()


def test_each_member_has_its_own_bound() -> None:
    weights = torch.tensor([[-3.0, 0.2, 3.0], [-3.0, 0.2, 3.0], [-3.0, 0.2, 3.0]])
    clipped = clip_weights(weights, torch.tensor([[0.1], [1.0], [10.0]]))
    expected = torch.tensor([[-0.1, 0.1, 0.1], [-1.0, 0.2, 1.0], [-3.0, 0.2, 3.0]])
    assert torch.equal(clipped, expected)


def test_clipping_twice_changes_nothing() -> None:
    weights, clip = torch.randn(3, 50), torch.tensor([[0.01], [0.5], [5.0]])
    once = WEIGHT_CLIPPING.project(weights, clip)
    assert torch.equal(WEIGHT_CLIPPING.project(once, clip), once)
    assert (once.abs() <= clip).all()
    assert torch.equal(weights.sign(), once.sign())


def test_stacked_members_equal_a_loop() -> None:
    weights, clip = torch.randn(4, 20), torch.rand(4, 1)
    looped = torch.stack([clip_weights(row, bound) for row, bound in zip(weights, clip, strict=True)])
    assert torch.equal(clip_weights(weights, clip), looped)
    assert torch.equal(torch.func.vmap(clip_weights)(weights, clip), looped)


def test_only_projects() -> None:
    weights = {"weight": torch.randn(3, 2)}
    assert WEIGHT_CLIPPING.initial_state(weights, torch.Generator()) == {}
    assert WEIGHT_CLIPPING.reparametrise(weights, {}) == (weights, {})
