"""What a part does where it leaves something out, and which arguments networks are made with."""

import pytest
import torch
from torch import Tensor, nn

from ganzoo.components import CONSTANT, UNCONSTRAINED, Architecture, Loss, Penalty
from ganzoo.penalties import DRAGAN, GRADIENT_PENALTY, R1


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


def critic() -> nn.Sequential:
    """An ordinary module: images (N, 1, 4, 4) -> logits (N,)."""
    torch.manual_seed(1)
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0)).double()


def gradient_norms(module: nn.Module, images: Tensor) -> Tensor:
    """By torch.autograd, as a plain training loop has them: (N, C, H, W) -> (N,)."""
    points = images.detach().requires_grad_()
    (gradients,) = torch.autograd.grad(module(points).sum(), points, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


def test_r1_trains_an_ordinary_module_as_autograd_does() -> None:
    module, real = critic(), torch.rand(5, 1, 4, 4, dtype=torch.float64)
    R1(module, real, real).mean().backward()
    found = [parameter.grad.clone() for parameter in module.parameters() if parameter.grad is not None]
    module.zero_grad()
    (0.5 * gradient_norms(module, real).square()).mean().backward()
    expected = [parameter.grad for parameter in module.parameters() if parameter.grad is not None]
    assert len(found) == len(expected) == 3  # the last bias moves no gradient
    assert all(torch.allclose(one, other, atol=1e-12) for one, other in zip(found, expected, strict=True))


def test_the_gradient_penalty_looks_between_images_where_the_generator_says() -> None:
    module, real = critic(), torch.rand(5, 1, 4, 4, dtype=torch.float64)
    fake = -real
    values = GRADIENT_PENALTY(module, real, fake, torch.Generator().manual_seed(3))
    share = torch.rand(5, generator=torch.Generator().manual_seed(3), dtype=torch.float64).reshape(5, 1, 1, 1)
    expected = (gradient_norms(module, share * real + (1 - share) * fake) - 1).square()
    assert torch.allclose(values, expected, atol=1e-9)


@pytest.mark.parametrize("penalty", [GRADIENT_PENALTY, DRAGAN])
def test_random_numbers_of_a_penalty_follow_torch_s_seed_and_are_new_each_time(penalty: Penalty) -> None:
    module, real = critic(), torch.rand(5, 1, 4, 4, dtype=torch.float64)
    torch.manual_seed(4)
    one, other = penalty(module, real, -real), penalty(module, real, -real)
    torch.manual_seed(4)
    assert torch.equal(penalty(module, real, -real), one)
    assert not torch.equal(one, other)


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


def test_parts_are_shown_by_kind_and_name() -> None:
    from ganzoo.registry import BUILT_IN, VARIANTS

    assert repr(UNCONSTRAINED) == "<constraint none>"
    assert repr(CONSTANT) == "<schedule constant>"
    assert repr(VARIANTS["dcgan"].prior) == "<prior uniform>"
    for kind in ("architecture", "loss", "penalty", "constraint", "augmentation", "schedule", "averaging"):
        for name, part in getattr(BUILT_IN, kind).items():
            assert repr(part) == f"<{kind} {name}>"
