"""What each player of one member minimises, as pure functions; a cohort maps them over its members."""

from dataclasses import dataclass, replace

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
        real: Real images (N, C, H, W) in [-1, 1]; none where the update does not look at them.
        labels: Of the real images (N,), and of as many generated ones, so that both follow the data's frequencies; none
            where networks do not read them.
        latents: (N, latent_size).
        noise: What penalties draw, by name, and augmentations, by name and side as in `diffaugment-real`.
        key: Dropout key ().
        settings: Hyperparameters () by name, those of `benchmark.training.group.SCALARS`.
        progress: Share of training that is done (), in [0, 1).
        opponent: The other player's flat weights (P,).
        generator_buffers: By name.
        discriminator_buffers: By name.
        constraint: The discriminator's constraint state.
        loss: The loss's state.
    """

    real: Tensor
    labels: Tensor
    latents: Tensor
    noise: Weights
    key: Tensor
    settings: Weights
    progress: Tensor
    opponent: Tensor
    generator_buffers: Weights
    discriminator_buffers: Weights
    constraint: Weights
    loss: Weights


@dataclass(frozen=True)
class Outcome:
    """What an update leaves besides its gradient.

    Attributes:
        generator_buffers: After the forward passes.
        discriminator_buffers: After the forward passes.
        constraint: The discriminator's next constraint state.
        loss: The loss's next state.
        curves: Means over the batch () by name in `benchmark.records.CURVES`.
    """

    generator_buffers: Weights
    discriminator_buffers: Weights
    constraint: Weights
    loss: Weights
    curves: Weights


def discriminator_objective(model: Model, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """The discriminator's loss () of its flat weights (P,): loss and weighted penalties, a mean over the batch."""
    variant = model.variant
    fake, generator_buffers = _generated(model, turn.opponent, turn)
    real, fake = _seen(model, turn, "real", turn.real), _seen(model, turn, "fake", fake.detach())
    named, constraint = _constrained(model, weights, turn)
    real_logits, fake_logits, buffers = _judged_both(model, named, real, fake, turn)
    losses = variant.loss.discriminator(real_logits, fake_logits, **turn.loss)

    def judge(images: Tensor) -> Tensor:
        return _judged(model, named, buffers, images, turn, JUDGE_BETWEEN)[0]

    for penalty in variant.penalties:
        values = penalty.function(judge, real, fake, turn.noise[penalty.name])
        losses = losses + turn.settings["penalty_weight"] * values
    loss = losses.mean()
    if variant.constraint.regularise:
        loss = loss + turn.settings["constraint_weight"] * variant.constraint.regularise(named)
    real_logits, fake_logits = real_logits.detach(), fake_logits.detach()
    curves = {
        "loss_discriminator": loss.detach(),
        "output_real": variant.loss.output(real_logits).mean(),
        "output_fake": variant.loss.output(fake_logits).mean(),
    }
    state = variant.loss.next_state(turn.loss, real_logits, fake_logits, turn.settings)
    return loss, Outcome(generator_buffers, buffers, constraint, state, curves)


def generator_objective(model: Model, weights: Tensor, turn: Turn) -> tuple[Tensor, Outcome]:
    """The generator's loss () of its flat weights (P,), a mean over the batch."""
    adversarial = model.variant.loss
    named, _ = _constrained(model, turn.opponent, turn)
    fake, generator_buffers = _generated(model, weights, turn)
    fake = _seen(model, turn, "fake", fake)
    if adversarial.relativistic:
        real_logits, fake_logits, buffers = _judged_both(
            model, named, _seen(model, turn, "real", turn.real), fake, turn
        )
    else:
        fake_logits, buffers = _judged(model, named, turn.discriminator_buffers, fake, turn, JUDGE_FAKE)
        real_logits = torch.zeros_like(fake_logits)
    loss = adversarial.generator(real_logits, fake_logits, **turn.loss).mean()
    # The states of constraint and loss move with the discriminator's updates alone, whatever n_critic is.
    curves = {"loss_generator": loss.detach()}
    return loss, Outcome(generator_buffers, buffers, turn.constraint, turn.loss, curves)


def _generated(model: Model, weights: Tensor, turn: Turn) -> tuple[Tensor, Weights]:
    """The generator's images (N, C, H, W) and its next buffers."""
    named = model.generator.layout.unflatten(weights)
    inputs = model.inputs(turn.latents, turn.labels)
    return model.generator(named, turn.generator_buffers, inputs, turn.key + GENERATE)


def _seen(model: Model, turn: Turn, side: str, images: Tensor) -> Tensor:
    """Images (N, C, H, W) as the discriminator gets to see them; side is "real" or "fake"."""
    for augmentation in model.variant.augmentations:
        images = augmentation.function(images, turn.noise[f"{augmentation.name}-{side}"], turn.progress)
    return images


def _constrained(model: Model, weights: Tensor, turn: Turn) -> tuple[Weights, Weights]:
    named = model.discriminator.layout.unflatten(weights)
    return model.variant.constraint.reparametrise(named, turn.constraint)


def _judged(
    model: Model, named: Weights, buffers: Weights, images: Tensor, turn: Turn, place: int
) -> tuple[Tensor, Weights]:
    """Logits (N,) of images (N, C, H, W), and the discriminator's next buffers."""
    return model.discriminator(named, buffers, model.inputs(images, turn.labels), turn.key + place)


def _judged_both(
    model: Model, named: Weights, real: Tensor, fake: Tensor, turn: Turn
) -> tuple[Tensor, Tensor, Weights]:
    """Logits (N,) of real and of fake images (N, C, H, W), and the discriminator's next buffers."""
    if model.judges_each_alone:
        # One pass over twice the images: half the kernels to launch, and the same numbers.
        doubled = replace(turn, labels=torch.cat([turn.labels, turn.labels]))
        logits, buffers = _judged(
            model, named, turn.discriminator_buffers, torch.cat([real, fake]), doubled, JUDGE_REAL
        )
        return logits[: len(real)], logits[len(real) :], buffers
    real_logits, buffers = _judged(model, named, turn.discriminator_buffers, real, turn, JUDGE_REAL)
    fake_logits, buffers = _judged(model, named, buffers, fake, turn, JUDGE_FAKE)
    return real_logits, fake_logits, buffers
