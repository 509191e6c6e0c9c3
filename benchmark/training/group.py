"""Members that move together: their two players, their settings and their random streams."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from benchmark.training.optimisers import Rates, stack_rates
from benchmark.training.state import Index, Player
from benchmark.training.streams import Streams
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
        pace: A pair a member: discriminator updates before the generator's turn, generator updates in that turn.
    """

    generator: Rates
    discriminator: Rates
    scalars: Weights
    pace: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, members: Sequence[Hyperparameters], device: torch.device) -> "Settings":
        """The settings of members, in their order."""
        beta1 = [member.beta1 or 0.0 for member in members]
        beta2 = [member.beta2 for member in members]
        scalars = {name: [getattr(member, name) or 0.0 for member in members] for name in SCALARS}
        return cls(
            generator=stack_rates([member.lr_generator for member in members], beta1, beta2, device),
            discriminator=stack_rates([member.lr_discriminator for member in members], beta1, beta2, device),
            scalars={
                name: torch.tensor(values, dtype=torch.float64, device=device) for name, values in scalars.items()
            },
            pace=tuple((m.discriminator_steps_per_generator_step, m.generator_steps_per_turn) for m in members),
        )

    def select(self, positions: Sequence[int], index: Index) -> "Settings":
        """The settings of some members, named twice: by position, and as an index into tensors."""
        return Settings(
            self.generator.select(index),
            self.discriminator.select(index),
            {name: values[index] for name, values in self.scalars.items()},
            tuple(self.pace[position] for position in positions),
        )


@dataclass(frozen=True)
class Group:
    """K members of a cohort.

    Attributes:
        generator: Their generators.
        discriminator: Their discriminators.
        settings: Their hyperparameters.
        streams: Their random numbers.
    """

    generator: Player
    discriminator: Player
    settings: Settings
    streams: tuple[Streams, ...]

    def __len__(self) -> int:
        return len(self.streams)

    def select(self, positions: Sequence[int]) -> "Group":
        """Some members, in ascending order: the same tensors if they are neighbours, copies if not."""
        if len(positions) == len(self):
            return self
        index = self._index(positions)
        return Group(
            self.generator.select(index),
            self.discriminator.select(index),
            self.settings.select(positions, index),
            tuple(self.streams[position] for position in positions),
        )

    def write(self, positions: Sequence[int], group: "Group") -> None:
        """Put back what `select(positions)` gave and somebody changed."""
        index = self._index(positions)
        self.generator.write(index, group.generator)
        self.discriminator.write(index, group.discriminator)

    def due(self, step: int, repeat: int) -> list[int]:
        """The members whose generator makes its update number `repeat` (from 0) after discriminator step `step`."""
        return [
            position
            for position, (every, updates) in enumerate(self.settings.pace)
            if (step + 1) % every == 0 and repeat < updates
        ]

    def _index(self, positions: Sequence[int]) -> Index:
        first, last = positions[0], positions[-1]
        if last - first + 1 == len(positions):
            return slice(first, last + 1)
        return torch.tensor(positions, device=self.generator.weights.device)
