"""What every architecture must do in a cohort: stacked members get the gradients that each would get alone."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn.functional import softplus

from ganzoo.components import Architecture
from ganzoo.registry import BUILT_IN

BATCH, CLASSES, MEMBERS = 6, 3, 2
Weights = dict[str, Tensor]

every_architecture = pytest.mark.parametrize(
    "architecture", BUILT_IN.architecture.values(), ids=BUILT_IN.architecture.keys()
)
per_image = pytest.mark.parametrize(
    "architecture",
    [architecture for architecture in BUILT_IN.architecture.values() if not architecture.batch_norm],
    ids=[name for name, architecture in BUILT_IN.architecture.items() if not architecture.batch_norm],
)


def labels(architecture: Architecture) -> tuple[Tensor, ...]:
    """What a player takes beside its input: every class in turn, or nothing."""
    return (torch.arange(BATCH) % CLASSES,) if architecture.conditional else ()


def pair(architecture: Architecture, channels: int = 1, side: int = 8) -> tuple[nn.Module, nn.Module]:
    return architecture.networks(architecture.latent_size, channels, side, CLASSES)


def moved(module: nn.Module) -> nn.Module:
    """In double precision and off its start, where weights that are zero hide what lies before them."""
    with torch.no_grad():
        for parameter in module.double().parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return module


def call(module: nn.Module, weights: Weights, buffers: Weights, *inputs: Tensor) -> tuple[Tensor, Weights]:
    """A forward pass in training mode, and the buffers after it; those given stay as they are."""
    copies = {name: buffer.clone() for name, buffer in buffers.items()}
    return functional_call(module, (weights, copies), inputs), copies


def assert_stacked_equals_loop(
    function: Callable[..., tuple[Tensor, Weights]], members: list[nn.Module], inputs: Tensor
) -> None:
    """`function(weights, buffers, inputs)` under vmap and grad, against autograd on one member after another."""
    weights, buffers = stack_module_state(members)
    stacked, states = vmap(grad(function, has_aux=True))(weights, buffers, inputs)
    for row, member in enumerate(members):
        own = {name: weight.detach().requires_grad_() for name, weight in member.named_parameters()}
        value, state = function(own, dict(member.named_buffers()), inputs[row])
        expected = torch.autograd.grad(value, list(own.values()), allow_unused=True, materialize_grads=True)
        for name, gradient in zip(own, expected, strict=True):
            torch.testing.assert_close(stacked[name][row], gradient, rtol=1e-8, atol=1e-11)
        for name, buffer in state.items():
            torch.testing.assert_close(states[name][row], buffer, rtol=1e-10, atol=1e-12)


@every_architecture
def test_stacked_generators_learn_as_each_alone(architecture: Architecture) -> None:
    members = [moved(pair(architecture)[0]) for _ in range(MEMBERS)]
    weighing = torch.randn(BATCH, 1, 8, 8, dtype=torch.float64)

    def loss(weights: Weights, buffers: Weights, latents: Tensor) -> tuple[Tensor, Weights]:
        images, state = call(members[0], weights, buffers, latents, *labels(architecture))
        return (images * weighing).sum(), state

    latents = torch.randn(MEMBERS, BATCH, architecture.latent_size, dtype=torch.float64)
    assert_stacked_equals_loop(loss, members, latents)


@every_architecture
def test_stacked_discriminators_learn_as_each_alone(architecture: Architecture) -> None:
    members = [moved(pair(architecture)[1]) for _ in range(MEMBERS)]

    def loss(weights: Weights, buffers: Weights, images: Tensor) -> tuple[Tensor, Weights]:
        logits, state = call(members[0], weights, buffers, images, *labels(architecture))
        return softplus(logits).sum(), state

    assert_stacked_equals_loop(loss, members, torch.rand(MEMBERS, BATCH, 1, 8, 8, dtype=torch.float64) * 2 - 1)


@per_image
def test_stacked_gradient_penalties_equal_each_alone(architecture: Architecture) -> None:
    """Gradients of gradients: torch.func under vmap, against autograd's double backward."""
    members = [moved(pair(architecture)[1]) for _ in range(MEMBERS)]

    def penalty(weights: Weights, buffers: Weights, images: Tensor) -> tuple[Tensor, Weights]:
        def total(seen: Tensor) -> Tensor:
            return call(members[0], weights, buffers, seen, *labels(architecture))[0].sum()

        slopes = grad(total)(images).flatten(1)
        return ((slopes.square().sum(1) + 1e-12).sqrt() - 1).square().sum(), buffers

    images = torch.rand(MEMBERS, BATCH, 1, 8, 8, dtype=torch.float64) * 2 - 1
    weights, buffers = stack_module_state(members)
    stacked, _ = vmap(grad(penalty, has_aux=True))(weights, buffers, images)
    for row, member in enumerate(members):
        seen = images[row].clone().requires_grad_()
        (slopes,) = torch.autograd.grad(member(seen, *labels(architecture)).sum(), seen, create_graph=True)
        value = ((slopes.flatten(1).square().sum(1) + 1e-12).sqrt() - 1).square().sum()
        own = dict(member.named_parameters())
        expected = torch.autograd.grad(value, list(own.values()), allow_unused=True, materialize_grads=True)
        assert any(gradient.abs().max() > 1e-6 for gradient in expected)
        for name, gradient in zip(own, expected, strict=True):
            torch.testing.assert_close(stacked[name][row], gradient, rtol=1e-8, atol=1e-10)
