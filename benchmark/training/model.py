"""One member's two networks as pure functions of their weights, buffers and inputs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from benchmark.datasets.catalog import LabelledImages
from benchmark.training.curves import SEEN_BY
from benchmark.training.kernels.dense_convolutions import use_matrices
from benchmark.training.kernels.flat_parameters import Layout
from benchmark.training.kernels.optimisers import OPTIMISERS
from benchmark.training.kernels.selection import keep_channels_last
from benchmark.training.part_calls import told_of
from benchmark.training.part_rules import check_parts, head_of
from benchmark.training.random_streams import Streams
from benchmark.training.state import Player
from ganzoo.components import Weights
from ganzoo.layers.dropout import key_names
from ganzoo.variant import Variant

Slots = dict[str, Tensor | None]
HALVES = (slice(0, 2), slice(2, 4))


@dataclass(frozen=True)
class ImageShape:
    """What networks are built for.

    Attributes:
        channels: 1 for grey, 3 for RGB.
        resolution: Side in pixels.
        classes: Number of labels; only a conditional pair has use for it.
    """

    channels: int
    resolution: int
    classes: int

    @classmethod
    def of(cls, data: LabelledImages) -> "ImageShape":
        """The shape of a data set's images."""
        return cls(data.images.shape[1], data.images.shape[-1], data.classes)


@dataclass(frozen=True)
class Network:
    """A module without weights of its own.

    Attributes:
        module: Says how to compute; its parameters are never read.
        layout: Where its parameters lie in a flat vector.
        keys: Its buffers that want a new dropout key before each forward pass.
        places: Where the module keeps each parameter and buffer: a dictionary of a layer, and the key in it.
    """

    module: nn.Module
    layout: Layout
    keys: tuple[str, ...]
    places: dict[str, tuple[Slots, str]]

    @classmethod
    def of(cls, module: nn.Module, *, channels_last: bool = False) -> "Network":
        """The network that a module computes, in training mode; the module is the network's from then on."""
        module.train().requires_grad_(False)
        use_matrices(module)
        if channels_last:
            keep_channels_last(module)
        return cls(module, Layout.of(module), key_names(module), _places(module))

    def __call__(
        self, weights: Weights, buffers: Weights, inputs: tuple[Tensor, ...], key: Tensor
    ) -> tuple[Tensor, Weights]:
        """A forward pass in training mode.

        Args:
            weights: By parameter name.
            buffers: By name; left as they are.
            inputs: A batch, as the module takes it: (N, ...), and labels (N,) if the pair is conditional.
            key: Dropout key ().

        Returns:
            The outputs (N, ...), and the buffers after the pass.
        """
        # Batch norm updates its statistics in place; under vmap and grad that must hit copies.
        copies = {name: key if name in self.keys else value.clone() for name, value in buffers.items()}
        with self._holding(weights | copies):
            outputs: Tensor = self.module(*inputs)
        return outputs, copies

    @contextmanager
    def _holding(self, tensors: Weights) -> Iterator[None]:
        """Let the module compute with `tensors`; as `torch.func.functional_call`, which looks up every name each time.

        That look-up is a fifth of a small network's step.
        """
        places = [self.places[name] for name in tensors]
        own = [layer[key] for layer, key in places]
        for (layer, key), tensor in zip(places, tensors.values(), strict=True):
            layer[key] = tensor
        try:
            yield
        finally:
            for (layer, key), before in zip(places, own, strict=True):
                layer[key] = before


def _places(module: nn.Module) -> dict[str, tuple[Slots, str]]:
    """Where a module keeps its parameters and buffers, by full name.

    Private to `nn.Module`, whose public ways to put a plain tensor in a parameter's place are `functional_call`, with
    the look-ups that `Network._holding` saves, and to remove the parameter, which then has no name.
    """
    return {
        f"{prefix}.{key}".lstrip("."): (slots, key)
        for prefix, layer in module.named_modules()
        for slots in (layer._parameters, layer._buffers)
        for key in slots
    }


@dataclass(frozen=True)
class Model:
    """What all members of a cohort have in common.

    Attributes:
        variant: The variant.
        generator: Its generator.
        discriminator: Its discriminator.
        shape: Of the images.
        dtype: Of weights and images.
        is_per_sample: Whether a logit depends on its own image alone, so that real and generated images may be
            scored in one batch. Batch norm and random masks make it depend on others.
        head: The weight (1, F) of the discriminator's last layer, by name, where its direction is trained by an
            objective of its own; else "".
    """

    variant: Variant
    generator: Network
    discriminator: Network
    shape: ImageShape
    dtype: torch.dtype
    is_per_sample: bool
    head: str

    @classmethod
    def of(cls, variant: Variant, shape: ImageShape, dtype: torch.dtype, *, channels_last: bool = False) -> "Model":
        """The model of a variant for one image shape; see `benchmark.training.kernels.selection.keep_channels_last`.

        Raises:
            UserError: if one of its parts breaks a rule: see `benchmark.training.part_rules`.
        """
        given = (
            f"for latents of {variant.latent_size} and images {(shape.channels, shape.resolution, shape.resolution)}, "
        )
        with told_of(f"architecture {variant.architecture.name!r}: making its networks", given):
            generator, discriminator = build(variant, shape, seed=0, dtype=dtype)
        images, labels = _a_few(variant, shape, dtype)
        logits = check_parts(variant, generator, discriminator, images, labels)
        alone = not key_names(discriminator) and _is_per_sample(discriminator, images, labels, logits)
        generating = Network.of(generator, channels_last=channels_last)
        discriminating = Network.of(discriminator, channels_last=channels_last)
        head = head_of(discriminator) if variant.loss.direction else ""
        return cls(variant, generating, discriminating, shape, dtype, alone, head)

    def inputs(self, batch: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
        """What a network of this pair is given: a batch (N, ...), with labels (N,) if the pair is conditional."""
        return (batch, labels) if self.variant.architecture.conditional else (batch,)


def build(
    variant: Variant, shape: ImageShape, seed: int, dtype: torch.dtype = torch.float32
) -> tuple[nn.Module, nn.Module]:
    """A variant's generator and discriminator with the initial weights of one seed, on the CPU.

    Torch's global random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        # Not torch.manual_seed, which would reseed a GPU's generator too.
        torch.default_generator.manual_seed(seed)
        generator, discriminator = variant.architecture.networks(
            variant.latent_size, shape.channels, shape.resolution, shape.classes
        )
    return generator.to(dtype), discriminator.to(dtype)


def _a_few(variant: Variant, shape: ImageShape, dtype: torch.dtype) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Four images (4, C, H, W) in [-1, 1], and labels (4,) if the pair is conditional."""
    draw = torch.Generator().manual_seed(0)
    images = torch.rand(4, shape.channels, shape.resolution, shape.resolution, generator=draw, dtype=dtype) * 2 - 1
    return images, ((torch.arange(4) % shape.classes,) if variant.architecture.conditional else ())


def _is_per_sample(discriminator: nn.Module, images: Tensor, labels: tuple[Tensor, ...], together: Tensor) -> bool:
    """Whether no other image of a batch moves a logit; tried out, since somebody else's layers need not say."""
    with torch.no_grad():
        apart = torch.cat([discriminator(images[half], *(each[half] for each in labels)) for half in HALVES])
    return torch.allclose(together, apart, rtol=1e-3, atol=1e-5)


def initial_players(model: Model, streams: Streams, device: torch.device) -> tuple[Player, Player]:
    """The generator and discriminator of one member before its first step, as players of one row."""
    # Weights are drawn on the CPU whatever the device, so that a seed means the same start everywhere.
    seed = streams.at("weights").initial_seed()
    generator, discriminator = build(model.variant, model.shape, seed, model.dtype)
    weights = model.discriminator.layout.unflatten(model.discriminator.layout.flatten(discriminator))
    start = torch.Generator().manual_seed(streams.at("constraint").initial_seed())
    constraint = model.variant.constraint.initial_state(weights, start)
    loss = _numbers(model.variant.loss.state, model.dtype)
    augmentations = {
        f"{each.name}.{name}": value
        for each in model.variant.augmentations
        for name, value in _numbers(each.state, model.dtype).items()
    }
    generating = _player(model, generator, device, "generator")
    discriminating = _player(model, discriminator, device, "discriminator")
    averaged = generating.weights.clone() if model.variant.averaging else generating.average
    return replace(generating, average=averaged), replace(
        discriminating,
        constraint=_first_rows(constraint, device),
        loss=_first_rows(loss, device),
        augmentations=_first_rows(augmentations, device),
    )


def _numbers(state: Mapping[str, float], dtype: torch.dtype) -> Weights:
    return {name: torch.tensor(value, dtype=dtype) for name, value in state.items()}


def _first_rows(tensors: Weights, device: torch.device) -> Weights:
    return {name: value.to(device)[None] for name, value in tensors.items()}


def _player(model: Model, module: nn.Module, device: torch.device, name: str) -> Player:
    flat = Layout.of(module).flatten(module).to(device)[None]
    names = OPTIMISERS[model.variant.optimiser].moments
    return Player(
        weights=flat,
        buffers={name: value.clone() for name, value in _first_rows(dict(module.named_buffers()), device).items()},
        moments={name: torch.zeros_like(flat) for name in names},
        updates=torch.zeros(1, 1, dtype=torch.float64, device=device),
        constraint={},
        loss={},
        augmentations={},
        average=flat.new_empty(1, 0),
        curves={curve: torch.zeros(1, dtype=torch.float64, device=device) for curve in SEEN_BY[name]},
    )
