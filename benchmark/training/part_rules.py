"""What the parts of a variant must hold to, tried out on a few images before anything is trained.

What breaks a rule would train all the same, and its scores would mean something else: each is one line for whoever
wrote the part.
"""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.training.part_calls import call, call_network, check_mapped, check_pure
from benchmark.training.weight_rules import (
    check_averaging,
    check_constraint,
    check_schedule,
    check_tensor,
    check_tensors,
    same,
    undeclared,
)
from ganzoo import neutral
from ganzoo.components import Architecture, Augmentation, Component, Loss, Penalty, Weights
from ganzoo.definitions import definition_of, file_of
from ganzoo.hyperparameters import SCALARS
from ganzoo.variant import Variant

FAR = 1000.0  # by which a last layer without an end in [-1, 1] leaves it
ROUNDING = 1e-4
FEWEST = 2  # that batch norm takes: a large generator takes long
Labels = tuple[Tensor, ...]
BATCH_NORMS = nn.modules.batchnorm._BatchNorm  # what all of PyTorch's have in common has no public name
DROPOUTS = nn.modules.dropout._DropoutNd


def check_parts(
    variant: Variant, generator: nn.Module, discriminator: nn.Module, images: Tensor, labels: Labels
) -> Tensor:
    """Try the parts of a variant out; torch's global random state is left as it was.

    Args:
        variant: Whose.
        generator: As its architecture makes it.
        discriminator: As its architecture makes it.
        images: A few (N, C, H, W) in [-1, 1].
        labels: Of them (N,), if the pair is conditional.

    Returns:
        Their logits (N,), in training mode.

    Raises:
        UserError: with one line that names the part, what it gave and what is allowed.
    """
    with torch.no_grad():
        with _placed(variant.architecture):
            _check_batch_norm(variant, discriminator)
            _check_generator(variant, generator, images, labels)
            logits = _checked_logits(variant, discriminator, images, labels)
            if variant.loss.direction:
                _check_head(variant.architecture, discriminator, images, labels)
        with _placed(variant.loss):
            _check_loss(variant.loss, logits, variant.defaults.present())
        for penalty in variant.penalties:
            with _placed(penalty):
                _check_penalty(penalty, images)
        for augmentation in variant.augmentations:
            with _placed(augmentation):
                _check_augmentation(augmentation, images)
        with _placed(variant.constraint):
            check_constraint(variant.constraint, discriminator, variant.defaults.present())
        with _placed(variant.schedule):
            check_schedule(variant.schedule)
        if averaging := variant.averaging:
            with _placed(averaging):
                check_averaging(averaging, images)
    return logits


@contextmanager
def _placed(part: Component) -> Iterator[None]:
    """What is refused of a part says where that is defined, unless it says so already."""
    try:
        yield
    except UserError as error:
        found = definition_of(part)
        if found is None or file_of(found.module) in str(error):
            raise
        raise UserError(f"{error} ({found})") from error


def _check_batch_norm(variant: Variant, discriminator: nn.Module) -> None:
    architecture = variant.architecture
    if (found := _layer(discriminator, BATCH_NORMS)) and not architecture.batch_norm:
        raise UserError(
            f"architecture {architecture.name!r}: its discriminator has batch norm{found}; say batch_norm=True, "
            "so that what needs logits of single images is refused"
        )


def _check_generator(variant: Variant, generator: nn.Module, images: Tensor, labels: Labels) -> None:
    draw = torch.Generator(images.device).manual_seed(0)
    images, labels = images[:FEWEST], tuple(each[:FEWEST] for each in labels)
    latents = variant.prior.sample((len(images), variant.latent_size), draw, images.dtype)
    part, given = f"architecture {variant.architecture.name!r}: its generator", (latents, *labels)
    made = call_network(part, generator.train(), given, _layer(generator, DROPOUTS))
    check_tensor(part, made, images, "images of the study's shape", "of latents")
    _check_range(part, made)
    far = _with_large_weights(generator, given, draw)
    _check_range(part, far)
    if made.min() >= 0 and far.min() >= 0:
        raise UserError(
            f"{part} gives no image with anything below 0, whatever its weights; images are in [-1, 1], as a last "
            "nn.Tanh() makes them"
        )
    check_pure(part, generator, given)


def _with_large_weights(generator: nn.Module, given: tuple[Tensor, ...], draw: torch.Generator) -> Tensor:
    """What a generator gives where its last layer, by its last two parameters, goes far: the first weights are small.

    Without this one that lacks its Tanh would pass, and its images be cut off when it has trained for a while.
    """
    held = {name: each.clone() for name, each in (*generator.named_parameters(), *generator.named_buffers())}
    for name, weights in list(generator.named_parameters())[-2:]:
        held[name] = FAR * torch.randn(weights.shape, generator=draw, dtype=weights.dtype)
    made: Tensor = torch.func.functional_call(generator, held, given)
    return made


def _check_range(part: str, images: Tensor) -> None:
    if (images.abs() > 1 + ROUNDING).any():
        raise UserError(
            f"{part} gives images from {images.min():.3g} to {images.max():.3g}; must be in [-1, 1] whatever its "
            "weights, as a last nn.Tanh() makes them"
        )


def _checked_logits(variant: Variant, discriminator: nn.Module, images: Tensor, labels: Labels) -> Tensor:
    part, given = f"architecture {variant.architecture.name!r}: its discriminator", (images, *labels)
    logits: Tensor = call_network(part, discriminator.train(), given, _layer(discriminator, DROPOUTS))
    check_tensor(part, logits, images[:, 0, 0, 0], "one logit an image", "of images")
    check_pure(part, discriminator, given)
    return logits


def head_of(discriminator: nn.Module) -> str:
    """The last weight (1, F) of a discriminator by name, in which an architecture with `linear_head` ends; or ""."""
    named = reversed(list(discriminator.named_parameters()))
    return next((name for name, weight in named if weight.ndim == 2 and len(weight) == 1), "")


def _check_head(architecture: Architecture, discriminator: nn.Module, images: Tensor, labels: Labels) -> None:
    """What a linear layer gives moves by the same from 0 to its weight as from there to twice its weight."""
    part, head = f"architecture {architecture.name!r}", head_of(discriminator)
    weights = dict(discriminator.named_parameters()) | dict(discriminator.named_buffers())
    held = {name: weight.clone() for name, weight in weights.items()}
    logits = [
        torch.func.functional_call(discriminator, held | {head: times * held[head]}, (images, *labels))
        for times in (0, 1, 2) * bool(head)
    ]
    if not head or (logits[0] - logits[0][0]).abs().max() > ROUNDING or not _evenly(*logits):
        raise UserError(f"{part}: linear_head=True, and its discriminator does not end in a layer nn.Linear(F, 1)")


def _evenly(first: Tensor, second: Tensor, third: Tensor) -> bool:
    return torch.allclose(third - second, second - first, rtol=1e-3, atol=ROUNDING)


def _check_loss(loss: Loss, logits: Tensor, hyperparameters: Container[str]) -> None:
    given = (logits, logits.flip(0))
    state = {name: logits.new_tensor(value) for name, value in loss.state.items()}
    for player, function in (("discriminator", loss.discriminator), ("generator", loss.generator)):
        part, of_tensors = f"loss {loss.name!r}: its function of the {player}", _with_state(function, state)
        tensors = (*given, *state.values())
        check_tensor(part, call(part, of_tensors, tensors), logits, "one value an image, not their mean", "of logits")
        check_mapped(part, of_tensors, tensors)
    if direction := loss.direction:
        part = f"loss {loss.name!r}: its direction"
        check_tensor(part, call(part, direction, given), logits, "one value an image, not their mean", "of logits")
        check_mapped(part, direction, given)
    part = f"loss {loss.name!r}: its output"
    check_tensor(part, call(part, loss.output, (logits,)), logits, "one value a logit")
    _check_next_state(loss, state, given, hyperparameters)


def _with_state(function: Callable[..., Tensor], state: Weights) -> Callable[..., Tensor]:
    """A part's function of tensors and, after them, of its state, which it takes by name."""
    first = -len(state) or None
    return lambda *given: function(*given[:first], **dict(zip(state, given[first:] if state else (), strict=True)))


def _check_next_state(
    loss: Loss, state: Weights, logits: tuple[Tensor, Tensor], hyperparameters: Container[str]
) -> None:
    part, settings = f"loss {loss.name!r}: its next_state", {name: logits[0].new_tensor(0.5) for name in SCALARS}

    def following(*tensors: Tensor) -> Weights:
        (real, fake), held = tensors[:2], dict(zip(state, tensors[2:], strict=False))
        return loss.next_state(held, real, fake, dict(zip(SCALARS, tensors[2 + len(state) :], strict=True)))

    if state and loss.next_state is neutral.same_state:
        raise UserError(f"loss {loss.name!r}: it has a state and no next_state, so that this would stay as it begins")
    given = (*logits, *state.values(), *settings.values())
    found = call(part, following, given)
    check_tensors(part, found, state, "one number for each that `state` has")
    check_mapped(part, following, given)
    for name in settings:
        without = {other: each * torch.nan if other == name else each for other, each in settings.items()}
        read = following(*logits, *state.values(), *without.values())
        if name not in hyperparameters and not all(same(read[each], found[each]) for each in state):
            raise undeclared(part, name)


def _check_penalty(penalty: Penalty, images: Tensor) -> None:
    part, function = f"penalty {penalty.name!r}", partial(penalty.function, _sums)
    noise = call(part, _drawing(penalty.noise), (images,))
    given = (images, images.flip(0), noise)
    values = call(part, function, given)
    check_tensor(part, values, _sums(images), "one value an image, not their mean", "of images")
    check_mapped(part, function, given)


def _check_augmentation(augmentation: Augmentation, images: Tensor) -> None:
    part = f"augmentation {augmentation.name!r}"
    noise = call(part, _drawing(augmentation.noise), (images,))
    state = {name: images.new_tensor(value) for name, value in augmentation.state.items()}
    function, given = _with_state(augmentation.function, state), (images, noise, images.new_tensor(0.5))
    seen = call(part, function, (*given, *state.values()))
    check_tensor(part, seen, images, "images of the same shape", "of images")
    check_mapped(part, function, (*given, *state.values()))
    if state and augmentation.next_state is neutral.same_strength:
        raise UserError(f"{part}: it has a state and no next_state, so that this would stay as it begins")
    _check_watching(f"{part}: its next_state", augmentation, state, _sums(images))


def _check_watching(part: str, augmentation: Augmentation, state: Weights, logits: Tensor) -> None:
    def following(logits: Tensor, *held: Tensor) -> Weights:
        return augmentation.next_state(dict(zip(state, held, strict=True)), logits)

    found = call(part, following, (logits, *state.values()))
    check_tensors(part, found, state, "one number for each that `state` has")
    check_mapped(part, following, (logits, *state.values()))


def _drawing(noise: Callable[[Tensor, torch.Generator], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda images: noise(images, torch.Generator(images.device).manual_seed(0))


def _sums(images: Tensor) -> Tensor:
    """A discriminator that costs nothing: images (N, C, H, W) to logits (N,)."""
    return images.flatten(1).sum(1)


def _layer(module: nn.Module, kind: type[nn.Module]) -> str:
    """Which layer of a module is of a kind, for people; "" if none is."""
    found = next(((name, layer) for name, layer in module.named_modules() if isinstance(layer, kind)), None)
    return f" (layer {found[0]!r} is a {type(found[1]).__name__})" if found else ""
