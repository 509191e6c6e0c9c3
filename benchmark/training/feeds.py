"""The random inputs of one member's updates, in their order, some chunks of updates drawn at once."""

from dataclasses import dataclass

from benchmark.training.gradients import Tree, each
from benchmark.training.lesson import Lesson, Pace
from benchmark.training.streams import Streams


class Feed:
    """The random inputs of one player's updates, for one member.

    Args:
        lesson: What it trains on.
        player: "generator" or "discriminator".
        streams: The member's random numbers.
        pace: Its pace.

    Attributes:
        position: The number of the next update, from 0.
    """

    def __init__(self, lesson: Lesson, player: str, streams: Streams, pace: Pace) -> None:
        self.position = 0
        self._lesson, self._player, self._streams, self._pace = lesson, player, streams, pace
        self._drawn: tuple[int, Tree] = (-1, {})

    @property
    def place(self) -> tuple[int, int]:
        """The chunk that the next update's inputs are in, and their row in it."""
        return divmod(self.position, self._lesson.ahead)

    def chunk(self, number: int) -> Tree:
        """The inputs of a chunk of updates, as `Lesson.draw` gives them."""
        return self._lesson.draw(self._player, self._streams, self._pace, number)

    def next(self) -> Tree:
        """The inputs of the next update, which is the one after it from then on."""
        number, row = self.place
        if self._drawn[0] != number:
            self._drawn = (number, self.chunk(number))
        self.position += 1
        return each(lambda drawn: drawn[row], self._drawn[1])


@dataclass(frozen=True)
class Feeds:
    """Both players' random inputs, for one member.

    Attributes:
        generator: The generator's.
        discriminator: The discriminator's.
        pace: How the players take turns.
    """

    generator: Feed
    discriminator: Feed
    pace: Pace

    @classmethod
    def of(cls, lesson: Lesson, streams: Streams, pace: Pace) -> "Feeds":
        """The feeds of a member that has not begun."""
        return cls(Feed(lesson, "generator", streams, pace), Feed(lesson, "discriminator", streams, pace), pace)

    @property
    def steps_done(self) -> int:
        """Discriminator updates so far."""
        return self.discriminator.position

    def seek(self, steps: int) -> None:
        """Go on after discriminator step `steps` and the generator's turn that follows it, if one does."""
        self.discriminator.position = steps
        self.generator.position = self.pace.generator_updates(steps)

    def due(self, repeat: int) -> bool:
        """Whether the generator makes its update number `repeat`, from 0, of the turn that follows the last step."""
        return self.steps_done % self.pace.every == 0 and repeat < self.pace.updates
