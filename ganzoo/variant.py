"""A variant: a named variant, frozen, so that a name always means the same one."""

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class SourceRun:
    """On what, and for how long, a source trains, where that is known here.

    Attributes:
        dataset: Name of a data set of the benchmark; None if unknown, or none of them.
        epochs: How often the discriminator sees every training image; None if unknown.
    """

    dataset: str | None = None
    epochs: int | None = None


@dataclass(frozen=True)
class Variant:
    """A named variant, with the defaults of its source.

    Attributes:
        name: How it is asked for by name.
        architecture: Generator and discriminator.
        loss: The two players' objectives.
        prior: Where latents come from.
        latent_size: Numbers in one latent.
        optimiser: A name in `benchmark.training.kernels.optimisers.OPTIMISERS`, used by both players.
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
        if bool(self.penalties) != (self.defaults.penalty_weight is not None):
            raise ValueError(f"variant {self.name}: a penalty and a default penalty_weight go together")

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
