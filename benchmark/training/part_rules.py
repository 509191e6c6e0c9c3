"""What the parts of a variant must hold to, tried out on a few images before anything is trained.

What breaks a rule would train all the same, and its scores would mean something else: each is one line for whoever
wrote the part.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from ganzoo.variant import Variant

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
    _check_batch_norm(variant, discriminator)
    with torch.no_grad():
        _check_generator(variant, generator, images, labels)
        logits = _checked_logits(variant, discriminator, images, labels)
        _check_loss(variant, logits)
        _check_penalties(variant, images)
        _check_augmentations(variant, images)
    return logits


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
    part = f"architecture {variant.architecture.name!r}: its generator"
    with _no_global_draw(part, _layer(generator, DROPOUTS)):
        made = generator.train()(latents, *labels)
    _check_shape(part, made, images, "of latents", "images of the study's shape")


def _checked_logits(variant: Variant, discriminator: nn.Module, images: Tensor, labels: Labels) -> Tensor:
    part = f"architecture {variant.architecture.name!r}: its discriminator"
    with _no_global_draw(part, _layer(discriminator, DROPOUTS)):
        logits: Tensor = discriminator.train()(images, *labels)
    _check_shape(part, logits, images[:, 0, 0, 0], "of images", "one logit an image")
    return logits


def _check_loss(variant: Variant, logits: Tensor) -> None:
    loss = variant.loss
    state = {name: logits.new_tensor(value) for name, value in loss.state.items()}
    for player, function in (("discriminator", loss.discriminator), ("generator", loss.generator)):
        part = f"loss {loss.name!r}: its function of the {player}"
        with _no_global_draw(part):
            values = function(logits, logits.flip(0), **state)
        _check_shape(part, values, logits, "of logits", "one value an image, not their mean")


def _check_penalties(variant: Variant, images: Tensor) -> None:
    for penalty in variant.penalties:
        part = f"penalty {penalty.name!r}"
        with _no_global_draw(part):
            noise = penalty.noise(images, torch.Generator(images.device).manual_seed(0))
            values = penalty.function(_sums, images, images.flip(0), noise)
        _check_shape(part, values, _sums(images), "of images", "one value an image, not their mean")


def _check_augmentations(variant: Variant, images: Tensor) -> None:
    for augmentation in variant.augmentations:
        part = f"augmentation {augmentation.name!r}"
        with _no_global_draw(part):
            noise = augmentation.noise(images, torch.Generator(images.device).manual_seed(0))
            seen = augmentation.function(images, noise, images.new_tensor(0.5))
        _check_shape(part, seen, images, "of images", "images of the same shape")


def _sums(images: Tensor) -> Tensor:
    """A discriminator that costs nothing: images (N, C, H, W) to logits (N,)."""
    return images.flatten(1).sum(1)


def _check_shape(part: str, given: object, like: Tensor, source: str, meaning: str) -> None:
    shape = tuple(given.shape) if isinstance(given, Tensor) else f"a {type(given).__name__}"
    if shape != tuple(like.shape):
        raise UserError(f"{part} gives {shape} {source} ({len(like)}, ...); must be {tuple(like.shape)}: {meaning}")


@contextmanager
def _no_global_draw(part: str, layer: str = "") -> Iterator[None]:
    """Within it nothing may be drawn from torch's global random state.

    Raises:
        UserError: if something is.
    """
    with torch.random.fork_rng(devices=[]):
        before = torch.random.get_rng_state()
        yield
        drawn = not torch.equal(before, torch.random.get_rng_state())
    if drawn:
        instead = "ganzoo.layers.dropout.KeyedDropout" if layer else "the noise that it is handed"
        raise UserError(
            f"{part} draws from torch's global random state{layer}, which would make results depend on the number of "
            f"workers; use {instead}"
        )


def _layer(module: nn.Module, kind: type[nn.Module]) -> str:
    """Which layer of a module is of a kind, for people; "" if none is."""
    found = next(((name, layer) for name, layer in module.named_modules() if isinstance(layer, kind)), None)
    return f" (layer {found[0]!r} is a {type(found[1]).__name__})" if found else ""
