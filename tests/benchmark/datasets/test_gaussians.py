import hashlib
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from benchmark.datasets.gaussians import (
    DOT_SIGMA,
    GAUSSIANS_GRID,
    GAUSSIANS_RING,
    GRID,
    RING,
    SPLITS,
    draw_dots,
    draw_samples,
)

NOWHERE = Path("nowhere")
BOTH = pytest.mark.parametrize(("mixture", "dataset"), [(RING, GAUSSIANS_RING), (GRID, GAUSSIANS_GRID)])
SHA256 = {
    "gaussians-ring": "5ceebf2b9c2aef45468f8bd417e8b63e2e8ed45b979c7d8e4882d867f4d94199",
    "gaussians-grid": "71532986848f5541429ff80d1ec93d725d0d5b6c3f5fd79f58864728c6e9751d",
}


def test_modes_lie_as_in_the_papers():
    ring, grid = (np.array(mixture.centres) for mixture in (RING, GRID))
    radii = np.linalg.norm(ring - 0.5, axis=1)
    neighbours = np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1)
    np.testing.assert_allclose(radii, 100 * RING.sigma)  # 2 and 0.02
    np.testing.assert_allclose(neighbours, 2 * radii * math.sin(math.pi / 8))
    # From -4 to 4 in steps of 2, with sigma 0.05.
    steps = (grid - 0.5) / GRID.sigma * 0.05
    np.testing.assert_allclose(sorted(steps.tolist()), [(x, y) for x in range(-4, 5, 2) for y in range(-4, 5, 2)])


@BOTH
def test_samples_are_normal_around_modes_that_are_equally_likely(mixture, dataset):
    samples, modes = draw_samples(mixture, "train")
    deviations = (samples - np.array(mixture.centres)[modes]) / mixture.sigma
    assert samples.shape == (50_000, 2)
    assert chisquare(np.bincount(modes, minlength=len(mixture.centres))).pvalue > 0.001
    assert all(kstest(deviations[:, axis], "norm").pvalue > 0.001 for axis in (0, 1))
    assert abs(np.corrcoef(deviations.T)[0, 1]) < 4 / math.sqrt(50_000)


def test_dot_by_hand():
    (image,) = draw_dots(np.array([[20.5 / 32, 10.5 / 32]]), 32)
    assert image.shape == (1, 32, 32)
    assert image[0, 10, 20] == 255
    assert image[0, 10, 21] == image[0, 11, 20] == round(255 * math.exp(-1 / 4.5))  # one pixel off, 1.5 wide
    assert image[0, 12, 23] == round(255 * math.exp(-(2**2 + 3**2) / 4.5))
    assert image[0, 25, 5] == 0


@pytest.mark.parametrize("side", [28, 32, 64])
@BOTH
def test_centre_of_light_is_the_sample_far_within_sigma(mixture, dataset, side):
    samples, _ = draw_samples(mixture, "test")
    images = dataset.read(NOWHERE, "test", side).part(0, 2000)[:, 0].astype(float)
    middles = (np.arange(side) + 0.5) / side
    mass = images.sum((1, 2))
    found = np.stack([images.sum(1) @ middles / mass, images.sum(2) @ middles / mass], axis=1)
    assert np.abs(found - samples[:2000]).max() < mixture.sigma / 10


@BOTH
def test_dots_lie_within_the_image(mixture, dataset):
    samples = np.concatenate([draw_samples(mixture, split)[0] for split in SPLITS])
    assert 3 * DOT_SIGMA - 2 * mixture.sigma < samples.min()
    assert samples.max() < 1 - 3 * DOT_SIGMA + 2 * mixture.sigma


@BOTH
def test_a_part_is_the_same_as_within_the_whole(mixture, dataset):
    content = dataset.read(NOWHERE, "validation", 32)
    whole = content.part(0, len(content.labels))
    assert whole.shape == (10_000, 1, 32, 32)
    assert whole.dtype == np.uint8
    assert np.array_equal(content.part(10, 20), whole[10:20])


@BOTH
def test_images_never_change(mixture, dataset):
    digest = hashlib.sha256()
    for split in SPLITS:
        content = dataset.read(NOWHERE, split, 32)
        digest.update(content.part(0, 200).tobytes() + content.labels.tobytes())
    assert digest.hexdigest() == SHA256[dataset.name]


@BOTH
def test_splits_differ(mixture, dataset):
    drawn = np.concatenate([draw_samples(mixture, split)[0] for split in SPLITS])
    assert len(np.unique(drawn, axis=0)) == 70_000
    assert dataset.read(NOWHERE, "train", 8).classes == len(mixture.centres)


@BOTH
def test_needs_no_files(mixture, dataset, tmp_path):
    assert (dataset.files(tmp_path), dataset.problem(tmp_path)) == ((), None)
