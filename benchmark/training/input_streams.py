"""The random inputs of one member's updates, in their order, some chunks of updates drawn at once."""

from dataclasses import dataclass

from benchmark.training.gradients import Tree, each
from benchmark.training.random_streams import Streams
from benchmark.training.setup import TrainingSetup, UpdateSchedule


class InputStream:
    """The random inputs of one player's updates, for one member.

    Args:
        setup: What it trains on.
        player: "generator" or "discriminator".
        streams: The member's random numbers.
        update_schedule: Its pace.

    Attributes:
        position: The number of the next update, from 0.
    """

    def __init__(self, setup: TrainingSetup, player: str, streams: Streams, update_schedule: UpdateSchedule) -> None:
        self.position = 0
        self._setup, self._player, self._streams, self._update_schedule = setup, player, streams, update_schedule
        self._drawn: tuple[int, Tree] = (-1, {})

    @property
    def place(self) -> tuple[int, int]:
        """The chunk that the next update's inputs are in, and their row in it."""
        return divmod(self.position, self._setup.ahead)

    def chunk(self, number: int) -> Tree:
        """The inputs of a chunk of updates, as `TrainingSetup.draw` gives them."""
        return self._setup.draw(self._player, self._streams, self._update_schedule, number)

    def next(self) -> Tree:
        """The inputs of the next update, which is the one after it from then on."""
        number, row = self.place
        if self._drawn[0] != number:
            self._drawn = (number, self.chunk(number))
        self.position += 1
        return each(lambda drawn: drawn[row], self._drawn[1])


@dataclass(frozen=True)
class InputStreams:
    """Both players' random inputs, for one member.

    Attributes:
        generator: The generator's.
        discriminator: The discriminator's.
        update_schedule: How the players take turns.
    """

    generator: InputStream
    discriminator: InputStream
    update_schedule: UpdateSchedule

    @classmethod
    def of(cls, setup: TrainingSetup, streams: Streams, update_schedule: UpdateSchedule) -> "InputStreams":
        """The input streams of a member that has not begun."""
        return cls(
            InputStream(setup, "generator", streams, update_schedule),
            InputStream(setup, "discriminator", streams, update_schedule),
            update_schedule,
        )

    @property
    def steps_done(self) -> int:
        """Discriminator updates so far."""
        return self.discriminator.position

    def seek(self, steps: int) -> None:
        """Go on after discriminator step `steps` and the generator's turn that follows it, if one does."""
        self.discriminator.position = steps
        self.generator.position = self.update_schedule.generator_updates(steps)

    def due(self, repeat: int) -> bool:
        """Whether the generator makes its update number `repeat`, from 0, of the turn that follows the last step."""
        return self.steps_done % self.update_schedule.every == 0 and repeat < self.update_schedule.updates
