import numpy as np
import pytest
from scipy.linalg import sqrtm

from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments
from tools.sample_sizes import generators
from tools.sample_sizes.generators import digits, gaussians


def test_made_generators_are_as_far_off_as_they_are_said_to_be() -> None:
    """FID from the distribution itself, by SciPy's root: 20,000 images leave it 3 % of chance and of bias."""
    field = gaussians(20_000)
    assert field.names[:3] == ("moved", "narrow", "wide")
    assert field.fids == pytest.approx([0.15 * 1.2**number for number in range(12)])
    covariance = np.diag(1 / np.arange(1, 65))
    for pool, fid in zip(field.pools, field.fids, strict=True):
        own = np.cov(pool.numpy(), rowvar=False)
        roots = np.trace(sqrtm(own @ covariance).real)
        found = ((pool.numpy().mean(0) - 1) ** 2).sum() + np.trace(own) + np.trace(covariance) - 2 * roots
        assert found == pytest.approx(fid, rel=0.03, abs=0.005)


def test_the_made_real_side_is_two_thousand_draws_of_the_middle() -> None:
    real = gaussians(100).real
    assert real.pooled.shape == (2000, 64)
    np.testing.assert_allclose(real.mu.numpy(), np.ones(64), atol=0.08)
    np.testing.assert_allclose(real.sigma.diagonal().numpy() * np.arange(1, 65), np.ones(64), atol=0.15)


def test_snapshots_are_scored_by_images_that_are_not_in_their_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generators, "VARIANTS", ("gan-mlp",))
    field = digits(300, steps=(2, 40))
    assert field.names == tuple(f"gan-mlp at {steps}, seed {seed}" for steps in (2, 40) for seed in (0, 1))
    assert [len(pool) for pool in field.pools] == [300] * 4
    of_pools = [
        frechet_distance(moments(pool), (field.real.mu, field.real.sigma), field.real.sigma_root)
        for pool in field.pools
    ]
    assert field.fids == pytest.approx(of_pools, rel=0.2)
    assert not set(field.fids) & set(of_pools)
    assert max(field.fids[2:]) < min(field.fids[:2])
