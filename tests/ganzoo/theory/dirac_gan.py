"""The Dirac-GAN: two players of one number each, moved through the zoo's own losses, penalties, noise and clipping."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganzoo.augmentations.instance_noise import add_instance_noise
from ganzoo.components import Loss, Penalty
from ganzoo.constraints.weight_clipping import WEIGHT_CLIPPING

Step = Callable[["Game", Tensor], Tensor]

# Gauss and Hermite's points and weights: the mean over a normal distribution as a sum.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True)
class Game:
    """Two numbers (s, t) and what moves them.

    Attributes:
        loss: Of both players.
        penalties: Of the discriminator, each times `weight`.
        weight: The penalties' factor.
        noise: Standard deviation of the instance noise on all images.
        clip: Bound on s after each of its updates.
        rate: Both learning rates.
    """

    loss: Loss
    penalties: tuple[Penalty, ...] = ()
    weight: float = 0.0
    noise: float = 0.0
    clip: float = np.inf
    rate: float = 0.1

    def images(self, place: Tensor) -> Tensor:
        """Images (15, 1, 1, 1) around a place (), at the points of the noise."""
        noise, start = torch.from_numpy(NODES).reshape(-1, 1, 1, 1), torch.zeros_like(place)
        return add_instance_noise(place.expand(noise.shape), noise, start, sigma=self.noise)

    def discriminator(self, steepness: Tensor, place: Tensor) -> Tensor:
        """What the discriminator minimises ()."""

        def judge(images: Tensor) -> Tensor:
            return steepness * images.sum((1, 2, 3))

        real, fake = self.images(torch.zeros_like(place)), self.images(place)
        losses = self.loss.discriminator(judge(real), judge(fake))
        for penalty in self.penalties:
            noise = penalty.noise(real, torch.Generator().manual_seed(0))
            losses = losses + self.weight * penalty.function(judge, real, fake, noise)
        return mean(losses)

    def generator(self, steepness: Tensor, place: Tensor) -> Tensor:
        """What the generator minimises ()."""
        real, fake = self.images(torch.zeros_like(place)), self.images(place)
        return mean(self.loss.generator(*(steepness * images.sum((1, 2, 3)) for images in (real, fake))))

    def field(self, players: Tensor) -> Tensor:
        """The way (2,) in which gradient descent moves both players (2,)."""
        return -torch.stack(
            [torch.func.grad(self.discriminator)(*players), torch.func.grad(self.generator, 1)(*players)]
        )

    def clipped(self, steepness: Tensor) -> Tensor:
        """The steepness () after its update, through the zoo's weight clipping."""
        return WEIGHT_CLIPPING.project(steepness.reshape(1, 1), steepness.new_full((1, 1), self.clip)).reshape(())


def mean(values: Tensor) -> Tensor:
    """Over the noise (15,) -> ()."""
    weights = torch.from_numpy(WEIGHTS)
    return (weights * values).sum() / weights.sum()


def simultaneous(game: Game, players: Tensor) -> Tensor:
    """One update of both players from where both stand."""
    steepness, place = players + game.rate * game.field(players)
    return torch.stack([game.clipped(steepness), place])


def alternating(game: Game, players: Tensor) -> Tensor:
    """One update of the discriminator, and then one of the generator that sees it."""
    steepness, place = players
    steepness = game.clipped(steepness - game.rate * torch.func.grad(game.discriminator)(steepness, place))
    return torch.stack([steepness, place - game.rate * torch.func.grad(game.generator, 1)(steepness, place)])


def distances(game: Game, step: Step, start: float, count: int) -> np.ndarray:
    """Distances (count,) from the equilibrium after each update, from (start, start)."""
    players, seen = torch.full((2,), start, dtype=torch.float64), []
    for _ in range(count):
        players = step(game, players)
        seen.append(players.norm().item())
    return np.array(seen)
