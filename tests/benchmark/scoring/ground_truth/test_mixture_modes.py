import math
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.datasets.gaussians import GAUSSIANS_GRID, GAUSSIANS_RING, GRID, RING, draw_dots, draw_samples
from benchmark.scoring.ground_truth.mixture_modes import mixture_modes, nearest_dots

BOTH = pytest.mark.parametrize(("mixture", "dataset"), [(RING, GAUSSIANS_RING), (GRID, GAUSSIANS_GRID)])


def dots(*samples: tuple[float, float], side: int = 32) -> torch.Tensor:
    return torch.from_numpy(draw_dots(np.array(samples), side))


def real(dataset, count: int, side: int = 32) -> torch.Tensor:
    return torch.from_numpy(dataset.read(Path("nowhere"), "test", side).part(0, count))


@pytest.mark.parametrize("side", [8, 16, 28, 32, 64])
@BOTH
def test_true_samples_cover_all_modes_with_the_quality_of_theory(mixture, dataset, side):
    scores = mixture_modes(mixture, real(dataset, 2000, side))
    samples, modes = draw_samples(mixture, "test")
    distances = np.linalg.norm(samples - np.array(mixture.centres)[modes], axis=1)[:2000]
    within = 1 - math.exp(-4.5)
    assert scores["modes"] == len(mixture.centres)
    assert scores["high_quality"] == pytest.approx(within, abs=4 * math.sqrt(within * (1 - within) / 2000))
    # Rounding to uint8 may move a sample over the border, but few are that near.
    assert scores["high_quality"] == pytest.approx((distances <= 3 * mixture.sigma).mean(), abs=0.002)
    shares = np.bincount(modes[:2000]) / 2000
    assert scores["modes_kl"] == pytest.approx((shares * np.log(shares * len(mixture.centres))).sum())


@pytest.mark.parametrize("side", [12, 16, 32, 64])
@BOTH
def test_fit_finds_the_sample_far_within_sigma(mixture, dataset, side):
    found, misfits = nearest_dots(real(dataset, 500, side))
    assert np.abs(found.numpy() - draw_samples(mixture, "test")[0][:500]).max() < mixture.sigma / 10
    assert misfits.max() < 0.0001


@BOTH
def test_one_image_repeated_is_one_mode(mixture, dataset):
    scores = mixture_modes(mixture, dots(mixture.centres[3]).repeat(50, 1, 1, 1))
    assert scores == {"modes": 1, "high_quality": 1, "modes_kl": pytest.approx(math.log(len(mixture.centres)))}


@BOTH
@pytest.mark.parametrize("grey", [0, 20, 255])
def test_flat_images_reach_no_mode(mixture, dataset, grey):
    scores = mixture_modes(mixture, torch.full((5, 1, 32, 32), grey, dtype=torch.uint8))
    assert (scores["modes"], scores["high_quality"]) == (0, 0)
    assert math.isfinite(scores["modes_kl"])


def test_dots_between_modes_are_of_low_quality():
    (ax, ay), (bx, by) = RING.centres[:2]
    scores = mixture_modes(RING, dots(((ax + bx) / 2, (ay + by) / 2), (0.5, 0.5), (ax + 4 * RING.sigma, ay)))
    assert (scores["modes"], scores["high_quality"]) == (0, 0)


def blended(*parts: tuple[float, torch.Tensor]) -> torch.Tensor:
    return sum(weight * images.double() for weight, images in parts).clamp(0, 255).round().to(torch.uint8)


def wide(x: float, y: float) -> torch.Tensor:
    """A dot twice as wide, of the same light."""
    middles = (torch.arange(32) + 0.5) / 32
    down, across = (torch.exp(-((middles - centre) ** 2) * 32**2 / (2 * 3.0**2)) for centre in (y, x))
    return (255 / 4 * down[:, None] * across).round().to(torch.uint8)[None, None]


FIRST, SECOND = RING.centres[0], RING.centres[3]


@pytest.mark.parametrize(
    "images",
    [
        blended((1.0, dots(FIRST)), (1.0, dots(SECOND))),
        blended((0.5, dots(FIRST)), (0.5, dots(SECOND))),
        blended((0.4, dots(FIRST))),
        wide(*FIRST),
        torch.randint(0, 256, (20, 1, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)),
    ],
    ids=["two dots", "two half dots", "faint dot", "smeared dot", "noise"],
)
def test_what_is_not_one_dot_is_of_low_quality(images):
    assert mixture_modes(RING, images)["high_quality"] == 0


def test_a_faint_background_costs_no_quality():
    images = real(GAUSSIANS_GRID, 500)
    noise = torch.randint(0, 4, images.shape, generator=torch.Generator().manual_seed(0))
    scores = mixture_modes(GRID, (images + noise).clamp(max=255).to(torch.uint8))
    assert scores["high_quality"] == pytest.approx(mixture_modes(GRID, images)["high_quality"], abs=0.01)


def test_shares_count_the_nearest_mode_of_bad_samples_too():
    (x, y), other = RING.centres[0], RING.centres[4]
    scores = mixture_modes(RING, dots(*[(x - 0.05, y)] * 30, *[other] * 10))
    expected = 0.75 * math.log(0.75 * 8) + 0.25 * math.log(0.25 * 8)
    assert scores == {"modes": 1, "high_quality": 0.25, "modes_kl": pytest.approx(expected)}


def test_images_made_in_inference_mode_are_scored():
    with torch.inference_mode():
        images = dots(FIRST).clone()
    assert mixture_modes(RING, images)["modes"] == 1
