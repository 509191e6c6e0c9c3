"""The Dirac-GAN of Mescheder et al. 2018, arXiv:1801.04406: which losses and penalties bring both players home.

All real images are one point at 0, all generated ones one point at t, and D(x) = s x; the one equilibrium is s = t = 0.
Around it the players' gradients are a linear field whose eigenvalues are known: without regularisation +-f' i, circles,
with f' the slope of the players' objectives in t s; R1 or R2 of weight w make them -w/2 +- sqrt(w^2/4 - f'^2).
"""

from cmath import sqrt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from dirac_gan import Game, Step, alternating, distances, simultaneous
from torch import Tensor

from ganzoo.components import Loss, Penalty
from ganzoo.losses.hinge import HINGE
from ganzoo.losses.least_squares import LEAST_SQUARES
from ganzoo.losses.minimax import MINIMAX
from ganzoo.losses.non_saturating import NON_SATURATING, NON_SATURATING_SMOOTH
from ganzoo.losses.relativistic_average import RELATIVISTIC_AVERAGE
from ganzoo.losses.relativistic_pairing import RELATIVISTIC_PAIRING
from ganzoo.losses.wasserstein import WASSERSTEIN
from ganzoo.penalties.consistency import CONSISTENCY
from ganzoo.penalties.dragan import DRAGAN
from ganzoo.penalties.gradient_penalty import GRADIENT_PENALTY
from ganzoo.penalties.lipschitz_penalty import LIPSCHITZ_PENALTY
from ganzoo.penalties.r1 import R1
from ganzoo.penalties.r2 import R2

# f'(0) by loss: 1/2 where the objectives are log sigmoids, once; 1 where they are linear, or two log sigmoids.
SLOPES = [
    (NON_SATURATING, 0.5),
    (NON_SATURATING_SMOOTH, 0.5),
    (MINIMAX, 0.5),
    (RELATIVISTIC_PAIRING, 0.5),
    (RELATIVISTIC_AVERAGE, 1.0),
    (WASSERSTEIN, 1.0),
    (HINGE, 1.0),
]
every_slope = pytest.mark.parametrize(("loss", "slope"), SLOPES, ids=[loss.name for loss, _ in SLOPES])


def eigenvalues(function: Callable[[Tensor], Tensor]) -> np.ndarray:
    """Of the Jacobian at the equilibrium, in the order of their imaginary, then real parts."""
    jacobian = torch.func.jacrev(function)(torch.zeros(2, dtype=torch.float64))
    return np.array(sorted(torch.linalg.eigvals(jacobian).tolist(), key=lambda value: (value.imag, value.real)))


def pair(middle: complex, distance: complex) -> np.ndarray:
    """The numbers `middle` - and + `distance`."""
    return np.array(sorted((middle - distance, middle + distance), key=lambda value: (value.imag, value.real)))


@every_slope
@pytest.mark.parametrize("penalty", [None, LIPSCHITZ_PENALTY, CONSISTENCY], ids=["none", "lp", "consistency"])
def test_without_a_pull_to_zero_the_eigenvalues_are_imaginary(
    loss: Loss, slope: float, penalty: Penalty | None
) -> None:
    """Section 2. Slopes below 1 are free of lp, and an image of one pixel cannot be shifted."""
    game = Game(loss, (penalty,) if penalty else (), weight=10.0)
    np.testing.assert_allclose(eigenvalues(game.field), pair(0, slope * 1j), rtol=0, atol=1e-9)


@every_slope
@pytest.mark.parametrize("penalty", [R1, R2], ids=["r1", "r2"])
@pytest.mark.parametrize("weight", [0.3, 3.0])
def test_r1_and_r2_pull_the_eigenvalues_to_the_left(loss: Loss, slope: float, penalty: Penalty, weight: float) -> None:
    """Section 3.3: the gradient of D = s x is s, on real and on generated images."""
    expected = pair(-weight / 2, sqrt(weight**2 / 4 - slope**2))
    assert (expected.real < 0).all()
    game = Game(loss, (penalty,), weight)
    np.testing.assert_allclose(eigenvalues(game.field), expected, rtol=0, atol=1e-9)
    both = pair(-weight, sqrt(weight**2 - slope**2))
    np.testing.assert_allclose(eigenvalues(replace(game, penalties=(R1, R2)).field), both, rtol=0, atol=1e-9)


@pytest.mark.parametrize("loss", [NON_SATURATING, MINIMAX], ids=lambda loss: loss.name)
@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_instance_noise_pulls_the_eigenvalues_to_the_left(loss: Loss, noise: float) -> None:
    """Section 3.2: f'' v +- sqrt(f''^2 v^2 - f'^2) with the variance v, f'' = -1/4 and f' = 1/2."""
    expected = pair(-(noise**2) / 4, sqrt(noise**4 / 16 - 1 / 4))
    np.testing.assert_allclose(eigenvalues(Game(loss, noise=noise).field), expected, rtol=0, atol=1e-9)


def test_least_squares_do_not_turn_the_discriminator_at_all() -> None:
    """(s t)^2 / 2 has no slope at 0 in s, and (s t - 1)^2 / 2 the slope -s in t: a field of (0, s)."""
    jacobian = torch.func.jacrev(Game(LEAST_SQUARES).field)(torch.zeros(2, dtype=torch.float64))
    np.testing.assert_allclose(jacobian.numpy(), [[0.0, 0.0], [1.0, 0.0]], rtol=0, atol=1e-12)


@every_slope
def test_alternating_steps_stay_on_the_unit_circle_until_they_are_too_long(loss: Loss, slope: float) -> None:
    """Section 2: while both rates' product is below 4 / f'^2; simultaneous steps grow by sqrt(1 + (rate f')^2)."""
    for rate, inside in ((0.1, True), (1.9 / slope, True), (2.1 / slope, False)):
        game = Game(loss, rate=rate)
        sizes = np.abs(eigenvalues(lambda players, game=game: alternating(game, players)))  # type: ignore[misc]
        assert (sizes.max() < 1 + 1e-9) == inside
        assert np.prod(sizes) == pytest.approx(1.0, abs=1e-9)
        sizes = np.abs(eigenvalues(lambda players, game=game: simultaneous(game, players)))  # type: ignore[misc]
        np.testing.assert_allclose(sizes, np.sqrt(1 + (rate * slope) ** 2), rtol=1e-9)


HOME = {
    "non-saturating+r1": Game(NON_SATURATING, (R1,), 1.0),
    "non-saturating+r2": Game(NON_SATURATING, (R2,), 1.0),
    "minimax+r1": Game(MINIMAX, (R1,), 1.0),
    "wasserstein+r1": Game(WASSERSTEIN, (R1,), 1.0),
    "relativistic-pairing+r1+r2": Game(RELATIVISTIC_PAIRING, (R1, R2), 0.5),
    "non-saturating, instance noise": Game(NON_SATURATING, noise=1.4),
}
AROUND = {
    "non-saturating": Game(NON_SATURATING),
    "minimax": Game(MINIMAX),
    "relativistic-pairing": Game(RELATIVISTIC_PAIRING),
    "wasserstein": Game(WASSERSTEIN),
    "wasserstein+weight-clipping": Game(WASSERSTEIN, clip=1.0),
    "wasserstein+gp": Game(WASSERSTEIN, (GRADIENT_PENALTY,), 1.0),
    "wasserstein+lp": Game(WASSERSTEIN, (LIPSCHITZ_PENALTY,), 1.0),
    "non-saturating+gp": Game(NON_SATURATING, (GRADIENT_PENALTY,), 1.0),
    "non-saturating+dragan": Game(NON_SATURATING, (DRAGAN,), 1.0),
    "non-saturating+consistency": Game(NON_SATURATING, (CONSISTENCY,), 1.0),
}
either_step = pytest.mark.parametrize("step", [simultaneous, alternating], ids=lambda step: step.__name__)


@either_step
@pytest.mark.parametrize("game", HOME.values(), ids=HOME.keys())
def test_comes_home(game: Game, step: Step) -> None:
    """Sections 3.2 and 3.3: by instance noise, R1 or R2, whichever the loss."""
    assert distances(replace(game, rate=0.25), step, start=0.7, count=120)[-1] < 1e-4


@either_step
@pytest.mark.parametrize("game", AROUND.values(), ids=AROUND.keys())
def test_goes_around(game: Game, step: Step) -> None:
    """Sections 2 and 3.1: no loss comes home by itself, none by clipping, nor by a penalty that pulls slopes to 1."""
    assert distances(replace(game, rate=0.25), step, start=0.7, count=120)[60:].min() > 0.3


@either_step
def test_comes_home_at_the_rate_of_the_eigenvalues(step: Step) -> None:
    """Near the equilibrium each update shrinks the distance by the size of the update's largest eigenvalue."""
    game = Game(NON_SATURATING, (R1,), 0.3)
    largest = np.abs(eigenvalues(lambda players: step(game, players))).max()
    if step is simultaneous:
        assert largest == pytest.approx(abs(1 + 0.1 * (-0.15 + sqrt(0.0225 - 0.25))), rel=1e-9)
    slope = np.polyfit(np.arange(300), np.log(distances(game, step, start=1e-3, count=300)), 1)[0]
    assert slope == pytest.approx(np.log(largest), rel=0.02)
