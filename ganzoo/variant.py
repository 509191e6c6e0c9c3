"""The parts of a variant: frozen, so that a name always means the same recipe."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from ganzoo.hyperparameters import Hyperparameters

Weights = dict[str, Tensor]
Critic = Callable[[Tensor], Tensor]


def _identity(logits: Tensor) -> Tensor:
    return logits


@dataclass(frozen=True)
class Architecture:
    """A generator and a discriminator for one image shape and latent size.

    Both are ordinary modules for one model, initialised from torch's global random state; a cohort stacks them.

    Attributes:
        name: How it is asked for by name.
        generator: `(latent_size, channels, resolution) -> module` mapping latents (N, latent_size) to images
            (N, channels, resolution, resolution) in [-1, 1].
        discriminator: `(channels, resolution) -> module` mapping images in [-1, 1] to logits (N,).
        resolutions: The image sides, in pixels, that the family allows.
        reference: Where it comes from.
    """

    name: str
    generator: Callable[[int, int, int], nn.Module]
    discriminator: Callable[[int, int], nn.Module]
    resolutions: tuple[int, ...]
    reference: str


@dataclass(frozen=True)
class Loss:
    """An adversarial loss: two pure functions of logits, not reduced.

    Attributes:
        name: How it is asked for by name.
        discriminator: `(real_logits (N,), fake_logits (N,)) -> (N,)`, minimised by the discriminator.
        generator: The same signature, minimised by the generator.
        reference: Paper and equation.
        output: What the paper calls D(x), from logits (N,): the sigmoid for probabilities, else the logits as they are.
        relativistic: Whether `generator` reads `real_logits`; if not, it is given zeros in their place.
    """

    name: str
    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]
    reference: str
    output: Callable[[Tensor], Tensor] = _identity
    relativistic: bool = False


@dataclass(frozen=True)
class Penalty:
    """A gradient penalty added to the discriminator's objective.

    Attributes:
        name: How it is asked for by name.
        function: `(discriminator: (N, C, H, W) -> (N,), real, fake, noise) -> (N,)`, before its weight.
        noise: `(real (N, C, H, W), generator) -> noise`, the random numbers that `function` wants for one batch.
        reference: Paper and equation.
    """

    name: str
    function: Callable[[Critic, Tensor, Tensor, Tensor], Tensor]
    noise: Callable[[Tensor, torch.Generator], Tensor]
    reference: str


def _no_state(weights: Weights, generator: torch.Generator) -> Weights:
    return {}


def _same_weights(weights: Weights, state: Weights) -> tuple[Weights, Weights]:
    return weights, state


def _no_projection(weights: Tensor, clip: Tensor) -> Tensor:
    return weights


@dataclass(frozen=True)
class Constraint:
    """What else holds the discriminator's Lipschitz constant.

    Attributes:
        name: How it is asked for by name.
        reference: Paper and equation.
        initial_state: `(weights by name, generator) -> state`, what the constraint remembers between steps.
        reparametrise: `(weights, state) -> (weights to compute with, next state)`, before every forward pass;
            gradients flow through it.
        project: `(flat weights (..., P), clip (..., 1)) -> (..., P)`, after every discriminator update.
    """

    name: str
    reference: str
    initial_state: Callable[[Weights, torch.Generator], Weights] = _no_state
    reparametrise: Callable[[Weights, Weights], tuple[Weights, Weights]] = _same_weights
    project: Callable[[Tensor, Tensor], Tensor] = _no_projection


@dataclass(frozen=True)
class Prior:
    """Where latents are drawn from.

    Attributes:
        name: How it is asked for by name.
        sample: `(shape, generator, dtype) -> latents` on the generator's device.
    """

    name: str
    sample: Callable[[tuple[int, ...], torch.Generator, torch.dtype], Tensor]


@dataclass(frozen=True)
class Variant:
    """A named recipe, with the defaults of its source.

    Attributes:
        name: How it is asked for by name.
        architecture: Generator and discriminator.
        loss: The two players' objectives.
        prior: Where latents come from.
        latent_size: Numbers in one latent.
        optimiser: A name in `benchmark.training.optimisers.OPTIMISERS`, used by both players.
        batch_size: Images a batch in the source; a study may set one for all.
        defaults: The source's hyperparameters; what is None here is never searched.
        reference: Paper or source, and what departs from it.
        penalty: Added to the discriminator's objective, times `penalty_weight`.
        constraint: Holds the discriminator's weights.
    """

    name: str
    architecture: Architecture
    loss: Loss
    prior: Prior
    latent_size: int
    optimiser: str
    batch_size: int
    defaults: Hyperparameters
    reference: str
    penalty: Penalty | None = None
    constraint: Constraint = field(default=Constraint("none", "no constraint"))

    def __post_init__(self) -> None:
        if (self.penalty is None) != (self.defaults.penalty_weight is None):
            raise ValueError(f"variant {self.name}: a penalty and a default penalty_weight go together")
