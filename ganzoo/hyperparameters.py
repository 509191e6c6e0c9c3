"""What a study may search, and what every variant gives a default for."""

from dataclasses import asdict, dataclass, fields, replace


@dataclass(frozen=True)
class Hyperparameters:
    """One setting of everything that a study searches.

    A variant that has no use for a hyperparameter leaves it None: it is then neither searched nor recorded.

    Attributes:
        lr_generator: Learning rate of the generator, > 0.
        lr_discriminator: Learning rate of the discriminator, > 0.
        beta2: Decay of the squared gradients, in [0, 1). PyTorch's RMSProp calls it alpha.
        n_critic: Discriminator updates a generator update. A whole number, or 1 over a whole number: 0.5 means two
            generator updates after each discriminator update.
        beta1: Decay of the gradients (Adam), in [0, 1); None without momentum.
        clip: Bound on every discriminator weight, > 0; None where weights are not clipped.
        penalty_weight: Factor of the penalty in the discriminator's objective, >= 0; None without a penalty.
    """

    lr_generator: float
    lr_discriminator: float
    beta2: float
    n_critic: float = 1
    beta1: float | None = None
    clip: float | None = None
    penalty_weight: float | None = None

    def __post_init__(self) -> None:
        ratio = self.n_critic if self.n_critic >= 1 else 1 / self.n_critic if self.n_critic > 0 else 0.0
        if ratio < 1 or abs(ratio - round(ratio)) > 1e-9:
            raise ValueError(f"n_critic = {self.n_critic}: must be a whole number or 1 over a whole number")

    @property
    def discriminator_steps_per_generator_step(self) -> int:
        """How many discriminator updates pass before the generator's turn (1 or more)."""
        return max(1, round(self.n_critic))

    @property
    def generator_steps_per_turn(self) -> int:
        """How many updates the generator makes on its turn (1 or more)."""
        return max(1, round(1 / self.n_critic))

    def present(self) -> dict[str, float]:
        """The hyperparameters that are not None, by name, in the order of `NAMES`."""
        values = asdict(self)
        return {name: values[name] for name in NAMES if values[name] is not None}

    def updated(self, values: dict[str, float]) -> "Hyperparameters":
        """A copy with some values replaced.

        Raises:
            ValueError: if `n_critic` is no whole ratio.
        """
        return replace(self, **values)


NAMES: tuple[str, ...] = ("lr_generator", "lr_discriminator", "beta1", "beta2", "n_critic", "clip", "penalty_weight")
assert set(NAMES) == {field.name for field in fields(Hyperparameters)}
