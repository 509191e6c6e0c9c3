"""For two known distributions the best discriminator is known; a free one, trained on the zoo's losses, finds it.

The distributions stand on a grid, so that a discriminator is a table of logits and every expectation a finite sum: over
all pairs of a real and a generated point, with the product of their probabilities.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import spearmanr
from torch import Tensor

from ganzoo.components import Loss
from ganzoo.losses.hinge import HINGE
from ganzoo.losses.least_squares import LEAST_SQUARES
from ganzoo.losses.minimax import MINIMAX
from ganzoo.losses.non_saturating import NON_SATURATING, NON_SATURATING_SMOOTH
from ganzoo.losses.relativistic_average import RELATIVISTIC_AVERAGE
from ganzoo.losses.relativistic_pairing import RELATIVISTIC_PAIRING
from ganzoo.losses.wasserstein import WASSERSTEIN_LECAM

Objective = Callable[[Tensor], Tensor]

GRID = np.linspace(-2.5, 3.0, 45)
TOLERANCE = 0.02


def on_grid(density: np.ndarray) -> Tensor:
    return torch.from_numpy(density / density.sum())


def normal(mean: float, deviation: float) -> np.ndarray:
    return np.exp(-(((GRID - mean) / deviation) ** 2) / 2) / deviation


PAIRS = {
    "normals": (on_grid(normal(0.0, 1.0)), on_grid(normal(0.7, 1.3))),
    "two modes against one tail": (
        on_grid(0.6 * normal(-1.2, 0.5) + 0.4 * normal(1.8, 0.6) + 0.02),
        on_grid(np.exp(-np.abs(GRID - 0.3))),
    ),
}
every_pair = pytest.mark.parametrize(("real", "fake"), PAIRS.values(), ids=PAIRS.keys())


def expected_loss(loss: Loss, real: Tensor, fake: Tensor) -> Objective:
    """The discriminator's loss of a table of logits, the mean over pairs of a real and a generated point."""
    count = len(real)
    weights = torch.outer(real, fake).flatten()

    def value(logits: Tensor) -> Tensor:
        pairs = logits.repeat_interleave(count), logits.repeat(count)
        return (weights * loss.discriminator(*pairs)).sum()

    return value


def minimised(objective: Objective, count: int) -> Tensor:
    """The table that L-BFGS finds from logits that mean nothing."""
    logits = (0.1 * torch.randn(count, dtype=torch.float64)).requires_grad_()
    optimiser = torch.optim.LBFGS(
        [logits], max_iter=600, tolerance_grad=1e-10, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = objective(logits)
        value.backward()
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return logits.detach()


@every_pair
@pytest.mark.parametrize(
    ("loss", "label"),
    [(NON_SATURATING, 1.0), (MINIMAX, 1.0), (NON_SATURATING_SMOOTH, 0.9)],
    ids=lambda value: str(value)[:4],
)
def test_probabilities_are_the_share_of_the_real_density(loss: Loss, label: float, real: Tensor, fake: Tensor) -> None:
    """Goodfellow et al. 2014, proposition 1: D = p / (p + q); with the label a, a p / (p + q)."""
    objective = expected_loss(loss, real, fake)
    logits = minimised(objective, len(real))
    torch.testing.assert_close(loss.output(logits), label * real / (real + fake), rtol=TOLERANCE, atol=0)
    if label == 1.0:
        divergence = jensenshannon(real, fake) ** 2
        assert objective(logits).item() == pytest.approx(np.log(4) - 2 * divergence, rel=1e-6)


@every_pair
def test_least_squares_logits_are_the_share_of_the_real_density(real: Tensor, fake: Tensor) -> None:
    """Mao et al. 2017, equation 5 with b = 1 and a = 0: D = p / (p + q)."""
    objective = expected_loss(LEAST_SQUARES, real, fake)
    logits = minimised(objective, len(real))
    torch.testing.assert_close(logits, real / (real + fake), rtol=TOLERANCE, atol=0)
    assert objective(logits).item() == pytest.approx((real * fake / (real + fake)).sum().item() / 2, rel=1e-6)


@every_pair
def test_paired_logits_are_the_log_ratio_up_to_a_constant(real: Tensor, fake: Tensor) -> None:
    """With D = log(p / q) + c, sigmoid(D(x) - D(y)) = p(x) q(y) / (p(x) q(y) + p(y) q(x)): the chance that of the two
    x is the real one, which is the best that a classifier of pairs can say."""
    objective = expected_loss(RELATIVISTIC_PAIRING, real, fake)
    logits = minimised(objective, len(real))
    ratio = (real / fake).log()
    odds = (logits - logits.mean()).exp()
    torch.testing.assert_close(odds, (ratio - ratio.mean()).exp(), rtol=TOLERANCE, atol=0)
    either = torch.outer(real, fake) + torch.outer(fake, real)
    best = -(torch.outer(real, fake) * (torch.outer(real, fake) / either).log()).sum()
    assert objective(logits).item() == pytest.approx(best.item(), rel=1e-6)


@every_pair
def test_wasserstein_with_lecam_is_left_with_the_lecam_divergence(real: Tensor, fake: Tensor) -> None:
    """Tseng et al. 2021, section 3: with averages a and -a, D = (1 - 2 w a) / (2 w) times (p - q) / (p + q), and the
    loss falls with the LeCam divergence, the sum of (p - q)^2 / (p + q)."""
    weight, average = 0.3, 0.4
    state = {"real_average": average, "fake_average": -average, "strength": weight}
    told = partial(
        WASSERSTEIN_LECAM.discriminator,
        **{name: torch.tensor(each, dtype=torch.float64) for name, each in state.items()},
    )
    objective = expected_loss(replace(WASSERSTEIN_LECAM, discriminator=told), real, fake)
    logits = minimised(objective, len(real))
    steepness = (1 - 2 * weight * average) / (2 * weight)
    torch.testing.assert_close(logits, steepness * (real - fake) / (real + fake), rtol=TOLERANCE, atol=1e-4)
    divergence = ((real - fake).square() / (real + fake)).sum().item()
    assert objective(logits).item() == pytest.approx(weight * (2 * average**2 - steepness**2 * divergence), rel=1e-6)


@every_pair
def test_hinge_logits_are_the_sign_of_the_difference(real: Tensor, fake: Tensor) -> None:
    """Lim and Ye 2017: +1 where p > q and -1 where p < q, with 2 sum min(p, q) left to lose."""
    objective = expected_loss(HINGE, real, fake)
    logits = torch.zeros(len(real), dtype=torch.float64, requires_grad=True)
    # Not smooth, and flat where p is near q: Adam without memory steps by the gradient's sign alone.
    optimiser = torch.optim.Adam([logits], lr=0.05, betas=(0.0, 0.0), eps=1e-15)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 200)
    for _ in range(200):
        optimiser.zero_grad()
        objective(logits).backward()
        optimiser.step()
        schedule.step()
    torch.testing.assert_close(logits.detach(), (real - fake).sign(), rtol=TOLERANCE, atol=0)
    left = 2 * torch.minimum(real, fake).sum().item()
    assert objective(logits).item() == pytest.approx(left, rel=TOLERANCE)


def counts(density: Tensor, total: int) -> Tensor:
    """How often each point stands in a batch of `total`, at least once."""
    whole = (density * total).round().long().clamp(min=1)
    whole[density.argmax()] += total - whole.sum()
    return whole


@every_pair
def test_averaged_logits_rise_with_the_ratio(real: Tensor, fake: Tensor) -> None:
    """No closed form, but its first-order condition, p / q = (A + sigmoid(D - b)) / (B + sigmoid(a - D)) with numbers
    a, b, A and B, has a right side that rises with D."""
    batches = counts(real, 1000), counts(fake, 1000)
    ratio = batches[0] / batches[1]

    def objective(logits: Tensor) -> Tensor:
        return RELATIVISTIC_AVERAGE.discriminator(*(logits.repeat_interleave(each) for each in batches)).mean()

    logits = minimised(objective, len(real))
    on_real, on_fake = ((logits * each).sum() / 1000 for each in batches)
    above = (torch.sigmoid(logits - on_real), batches[1] / 1000)
    below = (torch.sigmoid(on_fake - logits), batches[0] / 1000)
    rises = (below[0] * below[1]).sum() + above[0]
    falls = (above[0] * above[1]).sum() + below[0]
    torch.testing.assert_close(rises / falls, ratio.double(), rtol=TOLERANCE, atol=0)
    assert spearmanr(logits, ratio).statistic > 0.999


@pytest.mark.parametrize("loss", [NON_SATURATING, RELATIVISTIC_PAIRING, LEAST_SQUARES], ids=lambda loss: loss.name)
def test_equal_distributions_leave_nothing_to_tell(loss: Loss) -> None:
    real = PAIRS["normals"][0]
    logits = minimised(expected_loss(loss, real, real), len(real))
    assert (logits.max() - logits.min()).item() < TOLERANCE
