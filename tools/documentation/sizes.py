"""Which images an architecture is for, and how many weights it has."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from ganzoo.components import Architecture
from tools.documentation.markdown import table

SIDES = (8, 32, 64)
CHANNELS = (1, 3)
# Of the digits and of CIFAR-10, for architectures that are told.
CLASSES = 10


def ranges(numbers: Sequence[int]) -> str:
    """Rising whole numbers for people: (8, 9, 10, 11) -> "8 to 11", (8, 16, 24, 64) -> "8 to 24 by 8, 64"."""
    texts, rest = [], list(numbers)
    while rest:
        step = rest[1] - rest[0] if len(rest) > 1 else 0
        length = 1
        while length < len(rest) and rest[length] - rest[length - 1] == step:
            length += 1
        # Two numbers are no progression: the second may begin one.
        run, rest = (rest[:length], rest[length:]) if length > 2 else (rest[:1], rest[1:])
        by = f" by {step}" if step > 1 else ""
        texts.append(f"{run[0]} to {run[-1]}{by}" if len(run) > 1 else str(run[0]))
    return ", ".join(texts)


def count(factory: Callable[..., nn.Module], *arguments: Any) -> int:
    """The trained numbers of the module that a factory builds; nothing is allocated."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in factory(*arguments).parameters())


def parameters(architecture: Architecture) -> str:
    """A table of the weights of both players at those of 8, 32 and 64 pixels that the architecture is for."""
    classes = (CLASSES,) if architecture.conditional else ()
    latent = architecture.latent_size
    rows = [
        (
            str(side),
            str(channels),
            f"{count(architecture.generator, latent, channels, side, *classes):,}",
            f"{count(architecture.discriminator, channels, side, *classes):,}",
        )
        for side in SIDES
        if side in architecture.resolutions
        for channels in CHANNELS
    ]
    return table(("side", "channels", "weights of G", "weights of D"), rows)
