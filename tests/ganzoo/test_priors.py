"""The distributions of latents: moments, range and reproducibility."""

import pytest
import torch
from scipy.stats import kstest

from ganzoo.components import Prior
from ganzoo.priors import NORMAL, UNIFORM

SHAPE = (1000, 100)
both = pytest.mark.parametrize("prior", [NORMAL, UNIFORM], ids=["normal", "uniform"])


def draw(prior: Prior, seed: int = 0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return prior.sample(SHAPE, torch.Generator().manual_seed(seed), dtype)


# Standard errors over n = 100,000: of the mean s / sqrt(n), of the variance sqrt((m4 - s^4) / n),
# with fourth moments m4 of 3 (normal) and 1/5 (uniform in [-1, 1)).
@pytest.mark.parametrize(("prior", "variance", "fourth"), [(NORMAL, 1.0, 3.0), (UNIFORM, 1 / 3, 1 / 5)])
def test_moments(prior: Prior, variance: float, fourth: float) -> None:
    latents, count = draw(prior).double(), SHAPE[0] * SHAPE[1]
    assert latents.mean().item() == pytest.approx(0.0, abs=4 * (variance / count) ** 0.5)
    assert latents.var().item() == pytest.approx(variance, abs=4 * ((fourth - variance**2) / count) ** 0.5)
    between = torch.corrcoef(latents.T)[~torch.eye(SHAPE[1], dtype=torch.bool)]
    assert between.abs().max().item() < 6 / SHAPE[0] ** 0.5


def test_distributions() -> None:
    assert kstest(draw(NORMAL).flatten().numpy(), "norm").pvalue > 0.01
    assert kstest(draw(UNIFORM).flatten().numpy() / 2 + 0.5, "uniform").pvalue > 0.01


def test_uniform_fills_its_range() -> None:
    latents = draw(UNIFORM)
    assert -1 <= latents.min().item() < -0.999
    assert 0.999 < latents.max().item() < 1


@both
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shape_and_dtype(prior: Prior, dtype: torch.dtype) -> None:
    latents = draw(prior, dtype=dtype)
    assert latents.shape == SHAPE
    assert latents.dtype == dtype


@both
def test_follows_the_generator_alone(prior: Prior) -> None:
    first = draw(prior, seed=1)
    torch.rand(3)
    assert torch.equal(first, draw(prior, seed=1))
    assert not torch.equal(first, draw(prior, seed=2))


@both
def test_a_stream_goes_on(prior: Prior) -> None:
    generator = torch.Generator().manual_seed(0)
    first, second = (prior.sample((4, 3), generator, torch.float32) for _ in range(2))
    assert not torch.equal(first, second)
