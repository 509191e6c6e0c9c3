"""What a part does where it leaves something out, and which arguments networks are made with."""

import torch
from torch import nn

from ganzoo.components import CONSTANT, UNCONSTRAINED, Architecture, Loss, Penalty


class Told(nn.Module):
    """A network that remembers what it was made with."""

    def __init__(self, *arguments: int) -> None:
        super().__init__()
        self.arguments = arguments


def networks(conditional: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    pair = Architecture("told", Told, Told, (8,), "these tests", conditional=conditional)
    generator, discriminator = pair.networks(latent_size=100, channels=3, resolution=8, classes=10)
    assert isinstance(generator, Told)
    assert isinstance(discriminator, Told)
    return generator.arguments, discriminator.arguments


def test_networks_are_made_with_the_latent_size_the_channels_and_the_side() -> None:
    assert networks(conditional=False) == ((100, 3, 8), (3, 8))


def test_only_a_conditional_pair_is_told_the_number_of_classes() -> None:
    assert networks(conditional=True) == ((100, 3, 8, 10), (3, 8, 10))


def test_a_loss_that_remembers_nothing_keeps_its_state_and_shows_logits() -> None:
    logits = torch.tensor([-2.0, 3.0])
    loss = Loss("plain", torch.sub, torch.sub, "these tests")
    state = {"balance": torch.tensor(0.5)}
    assert loss.next_state(state, logits, logits, {}) is state
    assert torch.equal(loss.output(logits), logits)


def test_a_penalty_without_randomness_draws_none() -> None:
    generator = torch.Generator().manual_seed(7)
    before = generator.get_state()
    penalty = Penalty("none", lambda critic, real, fake, noise: critic(real), "these tests", weight=1.0)
    assert penalty.noise(torch.zeros(5, 1, 8, 8), generator).shape == (5, 0)
    assert torch.equal(generator.get_state(), before)


def test_no_constraint_leaves_weights_as_they_are() -> None:
    generator, weights = torch.Generator(), {"w": torch.ones(3)}
    assert UNCONSTRAINED.initial_state(weights, generator) == {}
    same, state = UNCONSTRAINED.reparametrise(weights, {})
    assert same is weights
    assert state == {}
    flat = torch.tensor([-9.0, 9.0])
    assert UNCONSTRAINED.project(flat, torch.tensor([0.01])) is flat


def test_no_schedule_keeps_the_learning_rate() -> None:
    assert [CONSTANT.factor(progress) for progress in (0.0, 0.5, 1.0)] == [1.0, 1.0, 1.0]
