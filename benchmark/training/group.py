"""Members that move together: their two players, their settings and their random inputs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import torch

from benchmark.training.feeds import Feeds
from benchmark.training.optimisers import Rates, stack_rates
from benchmark.training.state import Index, Player, stack_players
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.variant import Weights

SCALARS = ("clip", "penalty_weight", "constraint_weight", "balance_gain", "diversity_ratio")


@dataclass(frozen=True)
class Settings:
    """The hyperparameters of K members, a member a row.

    Attributes:
        generator: Its optimiser's settings.
        discriminator: Its optimiser's settings.
        scalars: The other hyperparameters of `SCALARS`, by name (K,); zeros where a variant has none.
    """

    generator: Rates
    discriminator: Rates
    scalars: Weights

    @classmethod
    def of(cls, members: Sequence[Hyperparameters], device: torch.device) -> "Settings":
        """The settings of members, in their order."""
        betas = [(member.beta1 or 0.0, member.beta2) for member in members]
        scalars = {name: [getattr(member, name) or 0.0 for member in members] for name in SCALARS}
        return cls(
            generator=stack_rates([member.lr_generator for member in members], betas, device),
            discriminator=stack_rates([member.lr_discriminator for member in members], betas, device),
            scalars={
                name: torch.tensor(values, dtype=torch.float64, device=device) for name, values in scalars.items()
            },
        )

    def select(self, positions: Sequence[int], index: Index) -> "Settings":
        """The settings of some members, named twice: by position, and as an index into tensors."""
        return Settings(
            self.generator.select(positions, index),
            self.discriminator.select(positions, index),
            {name: values[index] for name, values in self.scalars.items()},
        )

    @classmethod
    def joined(cls, parts: Sequence["Settings"]) -> "Settings":
        """The settings of all members of several groups."""
        return cls(
            Rates.joined([part.generator for part in parts]),
            Rates.joined([part.discriminator for part in parts]),
            {name: torch.cat([part.scalars[name] for part in parts]) for name in SCALARS},
        )


@dataclass(frozen=True)
class Group:
    """K members of a cohort.

    Attributes:
        generator: Their generators.
        discriminator: Their discriminators.
        settings: Their hyperparameters.
        feeds: Their random inputs.
    """

    generator: Player
    discriminator: Player
    settings: Settings
    feeds: tuple[Feeds, ...]
    _indices: dict[tuple[int, ...], Index] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.feeds)

    @classmethod
    def joined(cls, parts: Sequence["Group"]) -> "Group":
        """All members of several groups, in their order, as copies."""
        return cls(
            stack_players([part.generator for part in parts]),
            stack_players([part.discriminator for part in parts]),
            Settings.joined([part.settings for part in parts]),
            tuple(chain.from_iterable(part.feeds for part in parts)),
        )

    def select(self, positions: Sequence[int]) -> "Group":
        """Some members, in ascending order: the same tensors if they are neighbours, copies if not."""
        if len(positions) == len(self):
            return self
        index = self._index(positions)
        return Group(
            self.generator.select(index),
            self.discriminator.select(index),
            self.settings.select(positions, index),
            tuple(self.feeds[position] for position in positions),
        )

    def write(self, positions: Sequence[int], group: "Group") -> None:
        """Put back what `select(positions)` gave and somebody changed."""
        index = self._index(positions)
        self.generator.write(index, group.generator)
        self.discriminator.write(index, group.discriminator)

    def due(self, repeat: int) -> list[int]:
        """The members whose generator makes its update number `repeat`, from 0, after the last discriminator step."""
        return [position for position, feeds in enumerate(self.feeds) if feeds.due(repeat)]

    def _index(self, positions: Sequence[int]) -> Index:
        """An index into tensors, made once: while a GPU's work is captured, nothing may be copied to it."""
        key, (first, last) = tuple(positions), (positions[0], positions[-1])
        if key not in self._indices:
            together = last - first + 1 == len(key)
            device = self.generator.weights.device
            self._indices[key] = slice(first, last + 1) if together else torch.tensor(key, device=device)
        return self._indices[key]
