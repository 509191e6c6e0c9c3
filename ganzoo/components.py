"""What a variant is made of: architecture, loss, penalty, constraint, augmentation, schedule, averaging, prior."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor, nn

from ganzoo import neutral
from ganzoo.names import short_repr
from ganzoo.part_fields import CheckedFields

Weights = dict[str, Tensor]
Critic = Callable[[Tensor], Tensor]


class Component(Protocol):
    """What all parts of a variant have."""

    @property
    def name(self) -> str:
        """How it is asked for by name."""

    @property
    def citation(self) -> str:
        """Where it comes from."""

    @property
    def limits(self) -> str:
        """What a user should know before choosing it."""


@dataclass(frozen=True)
class Architecture(CheckedFields):
    """A generator and a discriminator for one image shape and latent size.

    Both are ordinary modules for one model, initialised from torch's global random state; a cohort stacks them.

    Attributes:
        name: How it is asked for by name.
        generator: `(latent_size, channels, resolution) -> module` mapping latents (N, latent_size) to images
            (N, channels, resolution, resolution) in [-1, 1].
        discriminator: `(channels, resolution) -> module` mapping images in [-1, 1] to logits (N,).
        resolutions: The image sides, in pixels, that the family allows.
        citation: Where it comes from.
        limits: What a user should know before choosing it.
        latent_size: Numbers in one latent, in the source.
        batch_norm: Whether the discriminator normalises over the batch, so that no logit belongs to one image alone.
        energy: Whether logits are minus a reconstruction error: never above 0.
        zero_start: Whether some weights of the discriminator start at zero.
        conditional: Whether both factories take the number of classes as one more argument, and both modules labels
            (N,) int64 as a second input.
        linear_head: Whether the discriminator ends in a linear layer, whose weight (1, F) is the last one of one row.
    """

    name: str
    generator: Callable[..., nn.Module]
    discriminator: Callable[..., nn.Module]
    resolutions: tuple[int, ...]
    citation: str
    limits: str = ""
    latent_size: int = 100
    batch_norm: bool = False
    energy: bool = False
    zero_start: bool = False
    conditional: bool = False
    linear_head: bool = False
    __repr__ = short_repr

    def networks(self, latent_size: int, channels: int, resolution: int, classes: int) -> tuple[nn.Module, nn.Module]:
        """Generator and discriminator, freshly initialised; only a conditional pair has use for `classes`."""
        labels = (classes,) if self.conditional else ()
        return (
            self.generator(latent_size, channels, resolution, *labels),
            self.discriminator(channels, resolution, *labels),
        )


@dataclass(frozen=True)
class Loss(CheckedFields):
    """An adversarial loss: two pure functions of logits, not reduced.

    Attributes:
        name: How it is asked for by name.
        discriminator: `(real_logits (N,), fake_logits (N,)) -> (N,)`, minimised by the discriminator. A loss with state
            takes it as further arguments by name.
        generator: The same signature, minimised by the generator.
        citation: Paper and equation.
        limits: What a user should know before choosing it.
        output: What the paper calls D(x), from logits (N,): the sigmoid for probabilities, else the logits as they are.
        relativistic: Whether `generator` reads `real_logits`; if not, it is given zeros in their place.
        unbounded: Whether only a bound on the discriminator's slope keeps its optimum finite.
        signed: Whether real images are to get logits above 0, which no energy reaches.
        energy: Whether logits must be minus a reconstruction error.
        state: Initial value of each number that the loss remembers, by name.
        next_state: `(state, real_logits (N,), fake_logits (N,), settings) -> state` after a discriminator update, where
            state and settings (hyperparameters by name) are tensors ().
        defaults: What its paper trains it with, by hyperparameter, if that is not the usual; and those that it reads.
        direction: As `discriminator`, without state, minimised by the direction of the last layer alone, which then is
            a unit vector, while `discriminator` trains all before it (`ganzoo.layers.slicing`); None: one trains all.
    """

    name: str
    discriminator: Callable[..., Tensor]
    generator: Callable[..., Tensor]
    citation: str
    limits: str = ""
    output: Callable[[Tensor], Tensor] = neutral.same_logits
    relativistic: bool = False
    unbounded: bool = False
    signed: bool = True
    energy: bool = False
    state: Mapping[str, float] = field(default_factory=dict)
    next_state: Callable[[Weights, Tensor, Tensor, Weights], Weights] = neutral.same_state
    defaults: Mapping[str, float] = field(default_factory=dict)
    direction: Callable[[Tensor, Tensor], Tensor] | None = None
    __repr__ = short_repr


@dataclass(frozen=True)
class Penalty(CheckedFields):
    """Added to the discriminator's objective, times `penalty_weight`; summed penalties share that weight.

    Attributes:
        name: How it is asked for by name.
        function: `(discriminator: (N, C, H, W) -> (N,), real, fake, noise) -> (N,)`, before its weight.
        citation: Paper and equation.
        weight: The paper's weight.
        noise: `(real (N, C, H, W), generator) -> (N, ...)`, the random numbers that `function` wants for one batch.
        limits: What a user should know before choosing it.
        slope: The norm that it pulls gradients to; None where it knows no gradients.
    """

    name: str
    function: Callable[[Critic, Tensor, Tensor, Tensor], Tensor]
    citation: str
    weight: float
    noise: Callable[[Tensor, torch.Generator], Tensor] = neutral.no_noise
    limits: str = ""
    slope: float | None = None
    __repr__ = short_repr

    def __call__(
        self, discriminator: Critic, real: Tensor, fake: Tensor, generator: torch.Generator | None = None
    ) -> Tensor:
        """The penalty of a batch in a training loop of one's own: one value an image (N,), before its weight.

        Args:
            discriminator: A module or a function of images (N, C, H, W) -> logits (N,).
            real: Real images (N, C, H, W).
            fake: Generated images (N, C, H, W), detached.
            generator: Where its random numbers come from, on the images' device; seeded by torch's global random state
                if None.

        >>> import ganzoo, torch
        >>> from ganzoo.penalties import GRADIENT_PENALTY
        >>> double = lambda images: 2 * images.flatten(1).sum(1)  # its gradients are 2 at each of 16 pixels
        >>> real, fake = torch.zeros(3, 1, 4, 4), torch.ones(3, 1, 4, 4)
        >>> GRADIENT_PENALTY(double, real, fake)  # (sqrt(16 * 2 ** 2) - 1) ** 2
        tensor([49., 49., 49.])
        """
        if generator is None:
            generator = torch.Generator(real.device).manual_seed(int(torch.randint(2**63 - 1, ())))
        return self.function(discriminator, real, fake, self.noise(real, generator))


@dataclass(frozen=True)
class Constraint(CheckedFields):
    """What else holds the discriminator's weights.

    Attributes:
        name: How it is asked for by name.
        citation: Paper and equation.
        limits: What a user should know before choosing it.
        initial_state: `(weights by name, generator) -> state`, what the constraint remembers between steps.
        reparametrise: `(weights, state) -> (weights to compute with, next state)`, before every forward pass;
            gradients flow through it.
        project: `(flat weights (..., P), clip (..., 1)) -> (..., P)`, after every discriminator update.
        regularise: `(weights by name) -> ()`, added to the discriminator's objective times `constraint_weight`.
        bounds_slope: Whether it bounds the discriminator's slope.
        normalises: Whether it divides weights by their size: of no effect before batch norm, and of no sense for
            weights that start at zero.
        defaults: Its own hyperparameters, by name.
    """

    name: str
    citation: str
    limits: str = ""
    initial_state: Callable[[Weights, torch.Generator], Weights] = neutral.no_state
    reparametrise: Callable[[Weights, Weights], tuple[Weights, Weights]] = neutral.same_weights
    project: Callable[[Tensor, Tensor], Tensor] = neutral.no_projection
    regularise: Callable[[Weights], Tensor] | None = None
    bounds_slope: bool = False
    normalises: bool = False
    defaults: Mapping[str, float] = field(default_factory=dict)
    __repr__ = short_repr


@dataclass(frozen=True)
class Augmentation(CheckedFields):
    """What the discriminator sees instead of the images themselves, real and generated alike, in both players' turns.

    Attributes:
        name: How it is asked for by name.
        function: `(images (N, C, H, W), noise (N, ...), progress ()) -> (N, C, H, W)`; differentiable in the images.
            Progress is the share of training that is done, in [0, 1). One with state takes it as further arguments by
            name.
        noise: `(images (N, C, H, W), generator) -> (N, ...)`, the random numbers that `function` wants for one batch.
        citation: Paper and section.
        limits: What a user should know before choosing it.
        state: Initial value of each number that it remembers, by name.
        next_state: `(state, real_logits (N,)) -> state` after a discriminator update, state () by name.
        watches_signs: Whether it takes a logit above 0 for what is taken for real.
    """

    name: str
    function: Callable[..., Tensor]
    noise: Callable[[Tensor, torch.Generator], Tensor]
    citation: str
    limits: str = ""
    state: Mapping[str, float] = field(default_factory=dict)
    next_state: Callable[[Weights, Tensor], Weights] = neutral.same_strength
    watches_signs: bool = False
    __repr__ = short_repr


@dataclass(frozen=True)
class Schedule(CheckedFields):
    """How both players' learning rates change through training.

    Attributes:
        name: How it is asked for by name.
        citation: Paper.
        factor: Progress in [0, 1), the share of training that is done -> factor of the learning rates, >= 0.
        limits: What a user should know before choosing it.
    """

    name: str
    citation: str
    factor: Callable[[float], float] = neutral.constant
    limits: str = ""
    __repr__ = short_repr


@dataclass(frozen=True)
class Averaging(CheckedFields):
    """An average of the generator's weights over training, which is sampled in place of the weights themselves.

    Attributes:
        name: How it is asked for by name.
        decay: `(updates (K, 1)) -> (K, 1)`, the share of the old average that update number `updates` (from 1) keeps.
        citation: Paper and equation.
        limits: What a user should know before choosing it.
    """

    name: str
    decay: Callable[[Tensor], Tensor]
    citation: str
    limits: str = ""
    __repr__ = short_repr


@dataclass(frozen=True)
class Prior(CheckedFields):
    """Where latents are drawn from.

    Attributes:
        name: How it is asked for by name.
        sample: `(shape, generator, dtype) -> latents` on the generator's device.
    """

    name: str
    sample: Callable[[tuple[int, ...], torch.Generator, torch.dtype], Tensor]
    __repr__ = short_repr


UNCONSTRAINED = Constraint("none", "no constraint")
CONSTANT = Schedule("constant", "no schedule")
