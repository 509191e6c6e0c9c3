"""A variant: a named variant, frozen, so that a name always means the same one."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType

import torch
from torch import Tensor, nn

from ganzoo.components import (
    CONSTANT,
    UNCONSTRAINED,
    Architecture,
    Augmentation,
    Averaging,
    Component,
    Constraint,
    Loss,
    Penalty,
    Prior,
    Schedule,
)
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.names import quoted
from ganzoo.numbers import whole_number
from ganzoo.slips import FieldError, check_field

OPTIMISERS = ("adam", "rmsprop")  # what the harness trains with


@dataclass(frozen=True)
class SourceRun:
    """On what, and for how long, a source trains, where that is known here.

    Attributes:
        dataset: Name of a data set of the benchmark; None if unknown, or none of them.
        epochs: How often the discriminator sees every training image; None if unknown.
    """

    dataset: str | None = None
    epochs: int | None = None


KINDS: dict[str, type] = {
    "architecture": Architecture,
    "loss": Loss,
    "prior": Prior,
    "constraint": Constraint,
    "schedule": Schedule,
    "defaults": Hyperparameters,
    "source_run": SourceRun,
}


@dataclass(frozen=True)
class Variant:
    """A named variant, with the defaults of its source.

    Attributes:
        name: How it is asked for by name.
        architecture: Generator and discriminator.
        loss: The two players' objectives.
        prior: Where latents come from.
        latent_size: Numbers in one latent.
        optimiser: A name in `OPTIMISERS`, used by both players.
        batch_size: Images a batch in the source; a study may set one for all.
        defaults: The source's hyperparameters; what is None here is never searched.
        citation: Paper or source, and what departs from it.
        penalties: Added to the discriminator's objective, times `penalty_weight`.
        constraint: Holds the discriminator's weights.
        augmentations: What the discriminator sees images through, in this order.
        schedule: Of the learning rates.
        averaging: Of the generator's weights, for sampling.
        source_run: On what, and for how long, the source trains; no study depends on it.
    """

    name: str
    architecture: Architecture
    loss: Loss
    prior: Prior
    latent_size: int
    optimiser: str
    batch_size: int
    defaults: Hyperparameters
    citation: str
    penalties: tuple[Penalty, ...] = ()
    constraint: Constraint = UNCONSTRAINED
    augmentations: tuple[Augmentation, ...] = ()
    schedule: Schedule = CONSTANT
    averaging: Averaging | None = None
    source_run: SourceRun = SourceRun()

    def __post_init__(self) -> None:
        self._check_fields()
        if bool(self.penalties) != (self.defaults.penalty_weight is not None):
            raise FieldError(f"variant {self.name}: a penalty and a default penalty_weight go together")

    def _check_fields(self) -> None:
        """Refuse what would be met long after it was written, in the middle of a training."""
        owner, parts = f"variant {quoted(self.name)}", "ganzoo.components"
        for field, kind in KINDS.items():
            value = getattr(self, field)
            allowed = f"one {kind.__module__}.{kind.__name__}" + " itself, not its name" * isinstance(value, str)
            check_field(owner, field, value, kind, allowed)
        check_field(owner, "averaging", self.averaging, (Averaging, NoneType), f"a {parts}.Averaging, or None")
        for field, kind in {"penalties": Penalty, "augmentations": Augmentation}.items():
            value, allowed = getattr(self, field), f"a tuple of {parts}.{kind.__name__}, as in (ONE,)"
            check_field(owner, field, value, tuple, allowed)
            for each in value:
                check_field(owner, field, each, kind, allowed)
        numbers = {"latent_size": (self.latent_size, 1), "batch_size": (self.batch_size, 2)}
        if self.source_run.epochs is not None:
            numbers["source_run.epochs"] = (self.source_run.epochs, 1)
        for field, (number, least) in numbers.items():
            check_field(owner, field, number, int, f"a whole number of {least} or more")
            if number < least:
                raise FieldError(f"{owner}: {field} = {number}: must be a whole number of {least} or more")
        if self.optimiser not in OPTIMISERS:
            known = ", ".join(map(repr, OPTIMISERS))
            raise FieldError(f"{owner}: optimiser = {quoted(self.optimiser)}: must be one of {known}")

    def build(
        self, resolution: int, channels: int = 3, classes: int | None = None, seed: int | None = None
    ) -> tuple[nn.Module, nn.Module]:
        """Generator and discriminator as ordinary modules on the CPU, freshly initialised.

        The generator maps latents (N, latent_size) to images (N, channels, resolution, resolution) in [-1, 1], the
        discriminator such images to logits (N,); a conditional pair takes labels (N,) int64 as a second input.

        Args:
            resolution: Side of the images in pixels.
            channels: 1 for grey, 3 for RGB.
            classes: How many labels there are; of use to a conditional pair alone, which needs it.
            seed: Of the initial weights, in [0, 2**64), which leaves torch's global random state as it was; if None,
                they are drawn from that state.

        Raises:
            TypeError: if a number is no whole one, as a word.
            ValueError: if one is too small, the networks do not take images of that side, or how many labels there are
                is not said.

        >>> import ganzoo
        >>> wgan = ganzoo.get("wgan")
        >>> generator, discriminator = wgan.build(resolution=32, channels=3, seed=0)
        >>> images = generator(wgan.latents(16))
        >>> tuple(images.shape), tuple(discriminator(images).shape)
        ((16, 3, 32, 32), (16,))
        >>> wgan.build(resolution=33)
        Traceback (most recent call last):
        ValueError: variant 'wgan': no images of side 33; it takes ...
        """
        self.check_side(whole_number("resolution", resolution, least=1))
        whole_number("channels", channels, least=1)
        if classes is not None:
            whole_number("classes", classes, least=1)
        if seed is not None:
            whole_number("seed", seed, least=0)
        if self.architecture.conditional and classes is None:
            raise ValueError(f"variant {self.name!r} is conditional: classes = the number of labels, 1 or more")
        with torch.random.fork_rng(devices=[], enabled=seed is not None):
            if seed is not None:
                # Not torch.manual_seed, which would reseed a GPU's generator too.
                torch.default_generator.manual_seed(seed)
            return self.architecture.networks(self.latent_size, channels, resolution, classes or 1)

    def check_side(self, side: int) -> None:
        """Refuse a side in pixels whose images the networks do not take.

        Raises:
            ValueError: with one line that says which they take.
        """
        allowed = self.architecture.resolutions
        if side not in allowed:
            sides = ", ".join(map(str, allowed))
            raise ValueError(f"variant {self.name!r}: no images of side {side}; it takes {sides}")

    def latents(self, count: int, generator: torch.Generator | None = None) -> Tensor:
        """Latents (count, latent_size), float32, of the variant's prior.

        Args:
            count: How many.
            generator: Where random numbers come from, and on which device; torch's own on the CPU if None.

        Raises:
            TypeError: if it is no whole number, as a word.
            ValueError: if it is below zero.

        >>> import ganzoo
        >>> tuple(ganzoo.get("dcgan").latents(4).shape)
        (4, 100)
        """
        shape = (whole_number("count", count, least=0), self.latent_size)
        return self.prior.sample(shape, generator or torch.default_generator, torch.float32)

    def __repr__(self) -> str:
        kinds = ("architecture", "loss", "penalty", "constraint", "augmentation", "averaging")
        made_of = ", ".join(f"{kind} {part}" for kind in kinds if (part := self.parts[kind]) != "none")
        return f"<variant {self.name}: {made_of}>"

    @property
    def parts(self) -> dict[str, str]:
        """What it is made of, in words, by kind."""
        return {
            "architecture": self.architecture.name,
            "loss": self.loss.name,
            "penalty": joined_names(self.penalties),
            "constraint": self.constraint.name,
            "augmentation": joined_names(self.augmentations),
            "schedule": self.schedule.name,
            "averaging": self.averaging.name if self.averaging else "none",
            "prior": f"{self.prior.name}, {self.latent_size} numbers",
            "optimiser": self.optimiser,
            "paper_batch_size": str(self.batch_size),
            "citation": self.citation,
        }


def joined_names(parts: Iterable[Component]) -> str:
    """The parts' names with + between; "none" if there are none."""
    return "+".join(part.name for part in parts) or "none"
