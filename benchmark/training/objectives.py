"""What each player of one member minimises, as pure functions; a cohort maps them over its members."""

from dataclasses import dataclass

import torch
from torch import Tensor

from benchmark.training.model import Model
from ganzoo.variant import Weights

# Forward passes of one turn get keys of their own by adding these to the turn's key.
GENERATE, JUDGE_REAL, JUDGE_FAKE, JUDGE_BETWEEN = range(4)


@dataclass(frozen=True)
class Turn:
    """What one update reads, without the weights that it changes; every tensor has a leading (K,) in a cohort.

    Attributes:
        real: Real images (N, C, H, W) in [-1, 1].
        latents: (N, latent_size).
        noise: What the penalty draws; empty without one.
        key: Dropout key ().
        penalty_weight: ().
        opponent: The other player's flat weights (P,).
        generator_buffers: By name.
        discriminator_buffers: By name.
        constraint: The discriminator's constraint state.
    """

    real: Tensor
    latents: Tensor
    noise: Tensor
    key: Tensor
    penalty_weight: Tensor
    opponent: Tensor
    generator_buffers: Weights
    discriminator_buffers: Weights
    constraint: Weights


@dataclass(frozen=True)
class Outcome:
    """What an update leaves besides its gradient.

    Attributes:
        generator_buffers: After the forward passes.
        discriminator_buffers: After the forward passes.
        constraint: The discriminator's next constraint state.
        curves: Means over the batch () by name in `benchmark.records.CURVES`.
    """

    generator_buffers: Weights
    discriminator_buffers: Weights
    constraint: Weights
    curves: Weights


def discriminator_objective(model: Model, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """The discriminator's loss () of its flat weights (P,): the mean of loss and weighted penalty over the batch."""
    generator = model.generator.layout.unflatten(turn.opponent)
    fake, generator_buffers = model.generator(generator, turn.generator_buffers, turn.latents, turn.key + GENERATE)
    fake = fake.detach()
    named, constraint = _constrained(model, weights, turn)
    real_logits, buffers = model.discriminator(named, turn.discriminator_buffers, turn.real, turn.key + JUDGE_REAL)
    fake_logits, buffers = model.discriminator(named, buffers, fake, turn.key + JUDGE_FAKE)
    losses = model.variant.loss.discriminator(real_logits, fake_logits)
    if penalty := model.variant.penalty:

        def judge(images: Tensor) -> Tensor:
            return model.discriminator(named, buffers, images, turn.key + JUDGE_BETWEEN)[0]

        losses = losses + turn.penalty_weight * penalty.function(judge, turn.real, fake, turn.noise)
    loss = losses.mean()
    output = model.variant.loss.output
    curves = {
        "loss_discriminator": loss.detach(),
        "output_real": output(real_logits.detach()).mean(),
        "output_fake": output(fake_logits.detach()).mean(),
    }
    return loss, Outcome(generator_buffers, buffers, constraint, curves)


def generator_objective(model: Model, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """The generator's loss () of its flat weights (P,), a mean over the batch."""
    named, _ = _constrained(model, turn.opponent, turn)
    generator = model.generator.layout.unflatten(weights)
    fake, generator_buffers = model.generator(generator, turn.generator_buffers, turn.latents, turn.key + GENERATE)
    fake_logits, buffers = model.discriminator(named, turn.discriminator_buffers, fake, turn.key + JUDGE_FAKE)
    real_logits = torch.zeros_like(fake_logits)
    if model.variant.loss.relativistic:
        real_logits, buffers = model.discriminator(named, buffers, turn.real, turn.key + JUDGE_REAL)
    loss = model.variant.loss.generator(real_logits, fake_logits).mean()
    # The constraint's state moves with the discriminator's updates alone, whatever n_critic is.
    return loss, Outcome(generator_buffers, buffers, turn.constraint, {"loss_generator": loss.detach()})


def _constrained(model: Model, weights: Tensor, turn: Turn) -> tuple[Weights, Weights]:
    named = model.discriminator.layout.unflatten(weights)
    return model.variant.constraint.reparametrise(named, turn.constraint)
