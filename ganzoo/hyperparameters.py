"""What a study may search, and what every variant gives a default for."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite

from ganzoo.names import quoted, unknown
from ganzoo.slips import FieldError


@dataclass(frozen=True)
class Domain:
    """What one hyperparameter may be.

    Attributes:
        allowed: For people, as in "a finite number > 0".
        contains: Whether a finite value is allowed.
    """

    allowed: str
    contains: Callable[[float], bool]


def _is_whole_ratio(value: float) -> bool:
    ratio = value if value >= 1 else 1 / value if value > 0 else 0.0
    return isfinite(ratio) and ratio >= 1 and abs(ratio - round(ratio)) <= 1e-9


POSITIVE = Domain("a finite number > 0", lambda value: value > 0)
DECAY = Domain("a number in [0, 1)", lambda value: 0 <= value < 1)
WEIGHT = Domain("a finite number >= 0", lambda value: value >= 0)
DOMAINS: dict[str, Domain] = {
    "lr_generator": POSITIVE,
    "lr_discriminator": POSITIVE,
    "beta1": DECAY,
    "beta2": DECAY,
    "n_critic": Domain("a whole number or 1 over a whole number", _is_whole_ratio),
    "clip": POSITIVE,
    "penalty_weight": WEIGHT,
    "constraint_weight": WEIGHT,
    "balance_gain": POSITIVE,
    "diversity_ratio": Domain("a number in [0, 1]", lambda value: 0 <= value <= 1),
    "lecam_weight": WEIGHT,
}
NAMES: tuple[str, ...] = tuple(DOMAINS)
# Numbers that objectives and constraints read; the rest is for optimisers and the order of updates.
SCALARS = ("clip", "penalty_weight", "constraint_weight", "balance_gain", "diversity_ratio", "lecam_weight")


def check_domain(name: str, value: float) -> None:
    """Refuse a value that a hyperparameter cannot have.

    Raises:
        ValueError: naming the hyperparameter, the value and what is allowed.
    """
    if not (isfinite(value) and DOMAINS[name].contains(value)):
        raise FieldError(f"{name} = {value}: must be {DOMAINS[name].allowed}")


def wrong_default(defaults: object) -> str:
    """What is wrong with the hyperparameters that a part brings along, in a few words; "" if nothing is.

    Args:
        defaults: A part's own, by name; anything else, as a variant's, checks itself.
    """
    for name, value in defaults.items() if isinstance(defaults, Mapping) else ():
        if name not in DOMAINS:
            return f"defaults: {_unknown(str(name))}"
        try:
            check_domain(name, value)
        except (TypeError, ValueError):
            return f"defaults: {name} = {quoted(value)}: must be {DOMAINS[name].allowed}"
    return ""


def _unknown(name: str) -> str:
    """As `ganzoo.names.unknown`, but of "lr" both learning rates are meant."""
    meant = [repr(known) for known in NAMES if name and name.lower() in known]
    if not meant:
        return unknown("hyperparameter", name, NAMES)
    return f"unknown hyperparameter {quoted(name)}: did you mean {' or '.join(meant)}? Known: {', '.join(NAMES)}"


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
        penalty_weight: Factor of every penalty in the discriminator's objective, >= 0; None without a penalty.
        constraint_weight: Factor of the constraint's own term in the discriminator's objective, >= 0; None without one.
        balance_gain: BEGAN's lambda_k, > 0: how fast its balance follows the errors; None elsewhere.
        diversity_ratio: BEGAN's gamma, in [0, 1]: the errors of generated over those of real images; None elsewhere.
        lecam_weight: LeCam's lambda, >= 0: how strongly logits are drawn to the other kind's average; None elsewhere.
    """

    lr_generator: float
    lr_discriminator: float
    beta2: float
    n_critic: float = 1
    beta1: float | None = None
    clip: float | None = None
    penalty_weight: float | None = None
    constraint_weight: float | None = None
    balance_gain: float | None = None
    diversity_ratio: float | None = None
    lecam_weight: float | None = None

    def __post_init__(self) -> None:
        for name, value in self.present().items():
            check_domain(name, value)

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
            ValueError: if a value is not in its domain.
        """
        return replace(self, **values)


def adam(lr: float, beta1: float, beta2: float, n_critic: float = 1) -> Hyperparameters:
    """Adam's settings with one learning rate for both players."""
    return Hyperparameters(lr_generator=lr, lr_discriminator=lr, beta1=beta1, beta2=beta2, n_critic=n_critic)


assert set(NAMES) == {field.name for field in fields(Hyperparameters)}
