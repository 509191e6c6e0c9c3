"""Members that move together: their two players, their settings and their random inputs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import torch

from benchmark.training.input_streams import InputStreams
from benchmark.training.kernels.optimisers import OptimiserSettings, stack_settings
from benchmark.training.state import Index, Player, stack_players
from ganzoo.components import Weights
from ganzoo.hyperparameters import SCALARS, Hyperparameters


@dataclass(frozen=True)
class StackedHyperparameters:
    """The hyperparameters of K members, a member a row.

    Attributes:
        generator: Its optimiser's settings.
        discriminator: Its optimiser's settings.
        scalars: The other hyperparameters of `SCALARS`, by name (K,); zeros where a variant has none.
    """

    generator: OptimiserSettings
    discriminator: OptimiserSettings
    scalars: Weights

    @classmethod
    def of(cls, members: Sequence[Hyperparameters], device: torch.device) -> "StackedHyperparameters":
        """The settings of members, in their order."""
        betas = [(member.beta1 or 0.0, member.beta2) for member in members]
        scalars = {name: [getattr(member, name) or 0.0 for member in members] for name in SCALARS}
        return cls(
            generator=stack_settings([member.lr_generator for member in members], betas, device),
            discriminator=stack_settings([member.lr_discriminator for member in members], betas, device),
            scalars={
                name: torch.tensor(values, dtype=torch.float64, device=device) for name, values in scalars.items()
            },
        )

    def select(self, positions: Sequence[int], index: Index) -> "StackedHyperparameters":
        """The settings of some members, named twice: by position, and as an index into tensors."""
        return StackedHyperparameters(
            self.generator.select(positions, index),
            self.discriminator.select(positions, index),
            {name: values[index] for name, values in self.scalars.items()},
        )

    @classmethod
    def joined(cls, parts: Sequence["StackedHyperparameters"]) -> "StackedHyperparameters":
        """The settings of all members of several groups."""
        return cls(
            OptimiserSettings.joined([part.generator for part in parts]),
            OptimiserSettings.joined([part.discriminator for part in parts]),
            {name: torch.cat([part.scalars[name] for part in parts]) for name in SCALARS},
        )


@dataclass(frozen=True)
class StackedMembers:
    """K members of a cohort.

    Attributes:
        generator: Their generators.
        discriminator: Their discriminators.
        hyperparameters: Their hyperparameters.
        input_streams: Their random inputs.
    """

    generator: Player
    discriminator: Player
    hyperparameters: StackedHyperparameters
    input_streams: tuple[InputStreams, ...]
    _indices: dict[tuple[int, ...], Index] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.input_streams)

    @classmethod
    def joined(cls, parts: Sequence["StackedMembers"]) -> "StackedMembers":
        """All members of several groups, in their order, as copies."""
        return cls(
            stack_players([part.generator for part in parts]),
            stack_players([part.discriminator for part in parts]),
            StackedHyperparameters.joined([part.hyperparameters for part in parts]),
            tuple(chain.from_iterable(part.input_streams for part in parts)),
        )

    def select(self, positions: Sequence[int]) -> "StackedMembers":
        """Some members, in ascending order: the same tensors if they are neighbours, copies if not."""
        if len(positions) == len(self):
            return self
        index = self._index(positions)
        return StackedMembers(
            self.generator.select(index),
            self.discriminator.select(index),
            self.hyperparameters.select(positions, index),
            tuple(self.input_streams[position] for position in positions),
        )

    def write(self, positions: Sequence[int], stacked: "StackedMembers") -> None:
        """Put back what `select(positions)` gave and somebody changed."""
        index = self._index(positions)
        self.generator.write(index, stacked.generator)
        self.discriminator.write(index, stacked.discriminator)

    def due(self, repeat: int) -> list[int]:
        """The members whose generator makes its update number `repeat`, from 0, after the last discriminator step."""
        return [position for position, input_streams in enumerate(self.input_streams) if input_streams.due(repeat)]

    def _index(self, positions: Sequence[int]) -> Index:
        """An index into tensors, made once: while a GPU's work is captured, nothing may be copied to it."""
        key, (first, last) = tuple(positions), (positions[0], positions[-1])
        if key not in self._indices:
            together = last - first + 1 == len(key)
            device = self.generator.weights.device
            self._indices[key] = slice(first, last + 1) if together else torch.tensor(key, device=device)
        return self._indices[key]
