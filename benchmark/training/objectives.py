"""What each player of one member minimises, as pure functions; a cohort maps them over its members."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from benchmark.training.model import Model
from ganzoo.components import Augmentation, Weights
from ganzoo.layers.slicing import unit

# Forward passes of one step get keys of their own by adding these to the step's key.
GENERATE, LOGITS_REAL, LOGITS_FAKE, LOGITS_BETWEEN = range(4)


@dataclass(frozen=True)
class StepInputs:
    """What one update reads, without the weights that it changes; every tensor has a leading (K,) in a cohort.

    Attributes:
        real: Real images (N, C, H, W) in [-1, 1]; none where the update does not look at them.
        labels: Of the real images (N,), and of as many generated ones, so that both follow the data's frequencies; none
            where networks do not read them.
        latents: (N, latent_size).
        noise: What penalties draw, by name, and augmentations, by name and side as in `diffaugment-real`.
        key: Dropout key ().
        hyperparameters: Hyperparameters () by name, those of `ganzoo.hyperparameters.SCALARS`.
        progress: Share of training that is done (), in [0, 1).
        opponent: The other player's flat weights (P,).
        generator_buffers: By name.
        discriminator_buffers: By name.
        constraint: The discriminator's constraint state.
        loss: The loss's state.
        augmentations: Their state, as `AUGMENTATION.NAME`.
    """

    real: Tensor
    labels: Tensor
    latents: Tensor
    noise: Weights
    key: Tensor
    hyperparameters: Weights
    progress: Tensor
    opponent: Tensor
    generator_buffers: Weights
    discriminator_buffers: Weights
    constraint: Weights
    loss: Weights
    augmentations: Weights


@dataclass(frozen=True)
class StepOutputs:
    """What an update leaves besides its gradient.

    Attributes:
        generator_buffers: After the forward passes.
        discriminator_buffers: After the forward passes.
        constraint: The discriminator's next constraint state.
        loss: The loss's next state.
        augmentations: Their next state.
        curves: Means over the batch () by name in `benchmark.records.CURVES`.
    """

    generator_buffers: Weights
    discriminator_buffers: Weights
    constraint: Weights
    loss: Weights
    augmentations: Weights
    curves: Weights


def discriminator_objective(model: Model, weights: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    """The discriminator's loss () of its flat weights (P,): loss and weighted penalties, a mean over the batch."""
    variant = model.variant
    fake, generator_buffers = _generated(model, step.opponent, step)
    real, fake = _seen(model, step, "real", step.real), _seen(model, step, "fake", fake.detach())
    named, constraint = _constrained(model, weights, step)
    directed, named = (_direction_alone(model, named), _direction_held(model, named)) if model.head else ({}, named)
    real_logits, fake_logits, buffers = _both_logits(model, named, real, fake, step)
    losses = variant.loss.discriminator(real_logits, fake_logits, **step.loss)
    if variant.loss.direction:
        losses = losses + variant.loss.direction(*_both_logits(model, directed, real, fake, step)[:2])

    def critic(images: Tensor) -> Tensor:
        return _logits(model, named, buffers, images, step, LOGITS_BETWEEN)[0]

    for penalty in variant.penalties:
        values = penalty.function(critic, real, fake, step.noise[penalty.name])
        losses = losses + step.hyperparameters["penalty_weight"] * values
    loss = losses.mean()
    if variant.constraint.regularise:
        loss = loss + step.hyperparameters["constraint_weight"] * variant.constraint.regularise(named)
    real_logits, fake_logits = real_logits.detach(), fake_logits.detach()
    curves = {
        "loss_discriminator": loss.detach(),
        "output_real": variant.loss.output(real_logits).mean(),
        "output_fake": variant.loss.output(fake_logits).mean(),
    }
    state = variant.loss.next_state(step.loss, real_logits, fake_logits, step.hyperparameters)
    watched = _watched(model, step, real_logits)
    return loss, StepOutputs(generator_buffers, buffers, constraint, state, watched, curves)


def generator_objective(model: Model, weights: Tensor, step: StepInputs) -> tuple[Tensor, StepOutputs]:
    """The generator's loss () of its flat weights (P,), a mean over the batch."""
    adversarial = model.variant.loss
    named, _ = _constrained(model, step.opponent, step)
    fake, generator_buffers = _generated(model, weights, step)
    fake = _seen(model, step, "fake", fake)
    if adversarial.relativistic:
        real_logits, fake_logits, buffers = _both_logits(
            model, named, _seen(model, step, "real", step.real), fake, step
        )
    else:
        fake_logits, buffers = _logits(model, named, step.discriminator_buffers, fake, step, LOGITS_FAKE)
        real_logits = torch.zeros_like(fake_logits)
    loss = adversarial.generator(real_logits, fake_logits, **step.loss).mean()
    # What parts remember moves with the discriminator's updates alone, whatever n_critic is.
    curves = {"loss_generator": loss.detach()}
    return loss, StepOutputs(generator_buffers, buffers, step.constraint, step.loss, step.augmentations, curves)


def _generated(model: Model, weights: Tensor, step: StepInputs) -> tuple[Tensor, Weights]:
    """The generator's images (N, C, H, W) and its next buffers."""
    named = model.generator.layout.unflatten(weights)
    inputs = model.inputs(step.latents, step.labels)
    return model.generator(named, step.generator_buffers, inputs, step.key + GENERATE)


def _seen(model: Model, step: StepInputs, side: str, images: Tensor) -> Tensor:
    """Images (N, C, H, W) as the discriminator gets to see them; side is "real" or "fake"."""
    for augmentation in model.variant.augmentations:
        noise, state = step.noise[f"{augmentation.name}-{side}"], _state_of(augmentation, step)
        images = augmentation.function(images, noise, step.progress, **state)
    return images


def _state_of(augmentation: Augmentation, step: StepInputs) -> Weights:
    return {name: step.augmentations[f"{augmentation.name}.{name}"] for name in augmentation.state}


def _watched(model: Model, step: StepInputs, real_logits: Tensor) -> Weights:
    """The augmentations' next state, by what the discriminator made of real images: (N,)."""
    return {
        f"{augmentation.name}.{name}": value
        for augmentation in model.variant.augmentations
        for name, value in augmentation.next_state(_state_of(augmentation, step), real_logits).items()
    }


def _constrained(model: Model, weights: Tensor, step: StepInputs) -> tuple[Weights, Weights]:
    named = model.discriminator.layout.unflatten(weights)
    named, state = model.variant.constraint.reparametrise(named, step.constraint)
    return (named | {model.head: unit(named[model.head])} if model.head else named), state


def _direction_held(model: Model, named: Weights) -> Weights:
    """The discriminator's weights, of which the last layer's learns nothing."""
    return named | {model.head: named[model.head].detach()}


def _direction_alone(model: Model, named: Weights) -> Weights:
    """The discriminator's weights, of which the last layer's alone learns; its features are the same calls again."""
    return {name: weight.detach() for name, weight in named.items()} | {model.head: named[model.head]}


def _logits(
    model: Model, named: Weights, buffers: Weights, images: Tensor, step: StepInputs, place: int
) -> tuple[Tensor, Weights]:
    """Logits (N,) of images (N, C, H, W), and the discriminator's next buffers."""
    return model.discriminator(named, buffers, model.inputs(images, step.labels), step.key + place)


def _both_logits(
    model: Model, named: Weights, real: Tensor, fake: Tensor, step: StepInputs
) -> tuple[Tensor, Tensor, Weights]:
    """Logits (N,) of real and of fake images (N, C, H, W), and the discriminator's next buffers."""
    if model.is_per_sample:
        # One pass over twice the images: half the kernels to launch, and the same numbers.
        doubled = replace(step, labels=torch.cat([step.labels, step.labels]))
        logits, buffers = _logits(
            model, named, step.discriminator_buffers, torch.cat([real, fake]), doubled, LOGITS_REAL
        )
        return logits[: len(real)], logits[len(real) :], buffers
    real_logits, buffers = _logits(model, named, step.discriminator_buffers, real, step, LOGITS_REAL)
    fake_logits, buffers = _logits(model, named, buffers, fake, step, LOGITS_FAKE)
    return real_logits, fake_logits, buffers
