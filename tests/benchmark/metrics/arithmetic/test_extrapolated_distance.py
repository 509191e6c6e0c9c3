"""FID at infinitely many images: Gaussians whose FID is known, a jackknife in full, and digits by the number."""

import numpy as np
import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import load_split
from benchmark.errors import UserError
from benchmark.metrics.arithmetic.extrapolated_distance import extrapolated, fewest_images, standard_error
from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments, root
from benchmark.scoring.features import extract
from benchmark.scoring.reference import reference_of

Real = tuple[Tensor, Tensor, Tensor]


def normal(count: int, size: int, seed: int) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def unit(size: int) -> Real:
    """A standard normal distribution, known exactly."""
    identity = torch.eye(size, dtype=torch.float64)
    return torch.zeros(size, dtype=torch.float64), identity, identity


def plain(generated: Tensor, real: Real) -> float:
    return frechet_distance(moments(generated), real[:2], real[2])


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("images", "size", "shift", "scale"),
    [(400, 12, 0.3, 1.2), (2000, 6, 1.0, 0.8), (68, 16, 0.5, 1.5), (400, 12, 0.0, 1.0), (260, 64, 0.0, 1.0)],
    ids=["some images", "many images", "fewest images", "the same distribution", "fewest of the same"],
)
def test_two_errors_hold_the_true_value_in_95_of_100_cases(images: int, size: int, shift: float, scale: float) -> None:
    real, truth = unit(size), size * (shift**2 + (scale - 1) ** 2)
    draws = [normal(images, size, seed) * scale + shift for seed in range(300)]
    values, errors = np.array([extrapolated(draw, *real) for draw in draws]).T
    covered = np.mean(np.abs(values - truth) <= 2 * errors)
    # Of 300 cases at 95 %, 3.5 deviations are 4.4 %. Errors may be too large where FID is zero, and never too small.
    assert covered >= 0.91
    assert covered <= 0.99 or shift == 0
    biased = np.array([plain(draw, real) for draw in draws])
    assert abs(values.mean() - truth) < min(0.2 * abs(biased.mean() - truth), errors.mean())


def test_a_parabola_in_one_over_n_is_what_is_fitted() -> None:
    generated, real = 1.3 * normal(400, 5, 1) + 0.2, unit(5)
    order = torch.randperm(400, generator=torch.Generator().manual_seed(0))
    quarters = generated[order].split(100)
    halves = [torch.cat([quarters[i], quarters[j]]) for i in range(4) for j in range(i)]
    means = [np.mean([plain(part, real) for part in parts]) for parts in ([generated], halves, quarters)]
    expected = np.polynomial.Polynomial.fit([1 / 400, 1 / 200, 1 / 100], means, 2)(0)
    assert extrapolated(generated, *real)[0] == pytest.approx(expected, rel=1e-9)


def test_the_error_holds_what_the_curve_may_miss() -> None:
    """A line through the values of whole and halves is another way on, and as good where they hardly differ."""
    generated, real = 1.3 * normal(400, 5, 1) + 0.2, unit(5)
    order = torch.randperm(400, generator=torch.Generator().manual_seed(0))
    quarters = generated[order].split(100)
    halves = [torch.cat([quarters[i], quarters[j]]) for i in range(4) for j in range(i)]
    line = 2 * plain(generated, real) - np.mean([plain(half, real) for half in halves])
    value, error = extrapolated(generated, *real)
    assert error**2 - standard_error(generated, real[0], real[2]) ** 2 == pytest.approx((value - line) ** 2 / 4)


def test_the_error_by_chance_is_that_of_a_jackknife_over_all_images() -> None:
    mixing = torch.tensor([[1.0, 0.5, 0.0], [0.0, 0.7, 0.2], [0.0, 0.0, 1.4]], dtype=torch.float64)
    generated, (_, covariance) = normal(300, 3, 1).abs() @ mixing, moments(normal(80, 3, 2))
    real = torch.ones(3, dtype=torch.float64), covariance, root(covariance)
    without = [plain(torch.cat([generated[:i], generated[i + 1 :]]), real) for i in range(300)]
    expected = np.std(without) * 299**0.5
    assert standard_error(generated, real[0], real[2]) == pytest.approx(expected, rel=0.02)


def test_features_that_are_always_zero_add_nothing() -> None:
    generated, real = 1.3 * normal(200, 4, 1), unit(4)
    padded = torch.nn.functional.pad(generated, (0, 3))
    wide = tuple(torch.nn.functional.pad(part, (0, 3) if part.ndim == 1 else (0, 3, 0, 3)) for part in real)
    assert extrapolated(padded, *wide) == pytest.approx(extrapolated(generated, *real), rel=1e-6)


def test_a_generator_that_collapsed_is_sure_of_its_distance() -> None:
    value, error = extrapolated(torch.full((100, 3), 2.0), *unit(3))
    assert value == pytest.approx(3 * (4 + 1))
    assert error == pytest.approx(0, abs=1e-9)


def digits_under_noise(count: int, seed: int, data) -> Tensor:
    """Train digits under noise, as many as are asked for: (N, 1, 8, 8) uint8."""
    draws = torch.Generator().manual_seed(seed)
    train = torch.as_tensor(load_split("digits", "train", data).images)
    chosen = train[torch.randint(len(train), (count,), generator=draws)].double()
    noise = torch.randn(chosen.shape, generator=draws, dtype=torch.float64)
    return (chosen + 12 * noise).clamp(0, 255).round().to(torch.uint8)


@pytest.mark.simulation
def test_on_digits_any_number_of_images_gives_the_same_within_errors(digits_cnn, test_images, tmp_path) -> None:
    reference = reference_of(test_images, digits_cnn)
    real = reference.mu, reference.sigma, reference.sigma_root
    sets = {
        count: extract(digits_cnn, digits_under_noise(count, count, tmp_path)).pooled for count in (500, 1000, 1700)
    }
    biased = {count: plain(pooled, real) for count, pooled in sets.items()}
    assert biased[500] > 1.2 * biased[1700]
    found = {count: extrapolated(pooled, *real) for count, pooled in sets.items()}
    for first in sets:
        for second in sets:
            gap, errors = found[first][0] - found[second][0], (found[first][1], found[second][1])
            assert abs(gap) <= 2 * np.hypot(*errors)
    many = extract(digits_cnn, digits_under_noise(20_000, 0, tmp_path)).pooled
    assert all(abs(value - extrapolated(many, *real)[0]) <= 2 * error for value, error in found.values())


def test_too_few_images_are_refused_and_the_fewest_are_not() -> None:
    assert fewest_images(2048) == 8196
    real = unit(5)
    with pytest.raises(UserError, match="FID of 23 images: 5 features need at least 24 images"):
        extrapolated(normal(23, 5, 1), *real)
    assert np.isfinite(extrapolated(normal(24, 5, 1), *real)).all()


def test_repeats_itself_and_leaves_random_state_alone() -> None:
    generated, torch_state, numpy_state = (
        normal(100, 5, 1),
        torch.random.get_rng_state(),
        np.random.get_state()[1].copy(),
    )
    assert extrapolated(generated, *unit(5)) == extrapolated(generated, *unit(5))
    assert torch.equal(torch.random.get_rng_state(), torch_state)
    assert (np.random.get_state()[1] == numpy_state).all()


def test_images_in_order_of_their_classes_are_no_different() -> None:
    generated, real = 1.3 * normal(4000, 3, 1), unit(3)
    ordered, error = extrapolated(generated[generated[:, 0].argsort()], *real)
    assert ordered == pytest.approx(extrapolated(generated, *real)[0], abs=0.1 * error)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_gpu_agrees_with_cpu() -> None:
    generated, real = 1.3 * normal(400, 20, 1), unit(20)
    found = extrapolated(generated.cuda(), *(part.cuda() for part in real))
    assert found == pytest.approx(extrapolated(generated, *real), rel=1e-9)
