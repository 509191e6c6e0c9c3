"""One member's two networks as pure functions of their weights, buffers and inputs."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from benchmark.training.layout import Layout
from benchmark.training.optimisers import OPTIMISERS
from benchmark.training.state import Player
from benchmark.training.streams import Streams
from ganzoo.layers.dropout import key_names
from ganzoo.variant import Variant, Weights


@dataclass(frozen=True)
class Network:
    """A module without weights of its own.

    Attributes:
        module: Says how to compute; its parameters are never read.
        layout: Where its parameters lie in a flat vector.
        keys: Its buffers that want a new dropout key before each forward pass.
    """

    module: nn.Module
    layout: Layout
    keys: tuple[str, ...]

    @classmethod
    def of(cls, module: nn.Module) -> "Network":
        """The network that a module computes, in training mode."""
        return cls(module.train().requires_grad_(False), Layout.of(module), key_names(module))

    def __call__(self, weights: Weights, buffers: Weights, inputs: Tensor, key: Tensor) -> tuple[Tensor, Weights]:
        """A forward pass in training mode.

        Args:
            weights: By parameter name.
            buffers: By name; left as they are.
            inputs: A batch (N, ...).
            key: Dropout key ().

        Returns:
            The outputs (N, ...), and the buffers after the pass.
        """
        # Batch norm updates its statistics in place; under vmap and grad that must hit copies.
        copies = {name: key if name in self.keys else value.clone() for name, value in buffers.items()}
        outputs: Tensor = functional_call(self.module, (weights, copies), (inputs,))
        return outputs, copies


@dataclass(frozen=True)
class Model:
    """What all members of a cohort have in common.

    Attributes:
        variant: The recipe.
        generator: Its generator.
        discriminator: Its discriminator.
        dtype: Of weights and images.
    """

    variant: Variant
    generator: Network
    discriminator: Network
    dtype: torch.dtype

    @classmethod
    def of(cls, variant: Variant, channels: int, resolution: int, dtype: torch.dtype) -> "Model":
        """The model of a variant for one image shape."""
        generator, discriminator = build(variant, channels, resolution, seed=0, dtype=dtype)
        return cls(variant, Network.of(generator), Network.of(discriminator), dtype)


def build(
    variant: Variant, channels: int, resolution: int, seed: int, dtype: torch.dtype = torch.float32
) -> tuple[nn.Module, nn.Module]:
    """A variant's generator and discriminator with the initial weights of one seed, on the CPU.

    Torch's global random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        # Not torch.manual_seed, which would reseed a GPU's generator too.
        torch.default_generator.manual_seed(seed)
        generator = variant.architecture.generator(variant.latent_size, channels, resolution)
        discriminator = variant.architecture.discriminator(channels, resolution)
    return generator.to(dtype), discriminator.to(dtype)


def initial_players(
    model: Model, channels: int, resolution: int, streams: Streams, device: torch.device
) -> tuple[Player, Player]:
    """The generator and discriminator of one member before its first step, as players of one row."""
    # Weights are drawn on the CPU whatever the device, so that a seed means the same start everywhere.
    seed = streams.at("weights").initial_seed()
    generator, discriminator = build(model.variant, channels, resolution, seed, model.dtype)
    weights = model.discriminator.layout.unflatten(model.discriminator.layout.flatten(discriminator))
    start = torch.Generator().manual_seed(streams.at("constraint").initial_seed())
    constraint = model.variant.constraint.initial_state(weights, start)
    return _player(model, generator, {}, device), _player(model, discriminator, constraint, device)


def _player(model: Model, module: nn.Module, constraint: Weights, device: torch.device) -> Player:
    flat = Layout.of(module).flatten(module).to(device)[None]
    names = OPTIMISERS[model.variant.optimiser].moments
    return Player(
        weights=flat,
        buffers={name: value.to(device)[None].clone() for name, value in module.named_buffers()},
        moments={name: torch.zeros_like(flat) for name in names},
        updates=torch.zeros(1, 1, dtype=torch.float64, device=device),
        constraint={name: value.to(device)[None] for name, value in constraint.items()},
    )
