import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from benchmark.datasets.digits_table import read_digits
from benchmark.datasets.stacked_digits import STACKED_DIGITS
from benchmark.pixels import to_float
from benchmark.scoring.extractors.digits_cnn import WEIGHTS, DigitsNetwork, load_weights
from benchmark.scoring.ground_truth.stacked_modes import classify, stacked_modes


@pytest.fixture(scope="module")
def test_images() -> torch.Tensor:
    """2,000 of the test split: too few to reach every mode."""
    return torch.from_numpy(STACKED_DIGITS.read(Path("nowhere"), "test", 8).part(0, 2000))


def confusion() -> np.ndarray:
    """The share (10, 10) of each class's test digits that digits-cnn takes for each digit."""
    network = DigitsNetwork()
    load_weights(network, WEIGHTS)
    images, labels = read_digits("test")
    with torch.inference_mode():
        found = network(to_float(torch.from_numpy(images))).argmax(1).numpy()
    counts = np.zeros((10, 10))
    np.add.at(counts, (labels, found), 1)
    return counts / counts.sum(1, keepdims=True)


def test_real_images_reach_as_many_modes_as_the_accuracy_of_digits_cnn_predicts(test_images):
    digit = confusion().mean(0)  # of an image whose digit is drawn evenly
    modes = np.einsum("a,b,c->abc", digit, digit, digit).flatten()
    missed = (1 - modes) ** 2000
    scores = stacked_modes(test_images)
    # Modes that are missed repel each other, so that this variance is too large if anything.
    assert scores["modes"] == pytest.approx((1 - missed).sum(), abs=4 * math.sqrt((missed * (1 - missed)).sum()))
    draws = np.random.RandomState(0).multinomial(2000, modes, 200) / 2000
    expected = [(shares[shares > 0] * np.log(1000 * shares[shares > 0])).sum() for shares in draws]
    assert scores["modes_kl"] == pytest.approx(np.mean(expected), abs=4 * np.std(expected))


def test_modes_are_labels_where_the_digits_are_read_rightly(test_images):
    labels = STACKED_DIGITS.read(Path("nowhere"), "test", 8).labels[:2000]
    found = classify(test_images.reshape(-1, 1, 8, 8)).view(-1, 3).numpy() @ [100, 10, 1]
    right = np.diag(confusion()).mean() ** 3
    assert (found == labels).mean() == pytest.approx(right, abs=4 * math.sqrt(right * (1 - right) / 2000))


def test_one_image_repeated_is_one_mode(test_images):
    scores = stacked_modes(test_images[:1].repeat(100, 1, 1, 1))
    assert scores == {"modes": 1, "modes_kl": pytest.approx(math.log(1000))}


def test_colours_are_told_apart(test_images):
    # An image with three different digits has six orders of its colours.
    digits = classify(test_images.reshape(-1, 1, 8, 8)).view(-1, 3)
    image = test_images[next(n for n, row in enumerate(digits.tolist()) if len(set(row)) == 3)]
    orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    scores = stacked_modes(torch.stack([image[order] for order in orders]))
    assert scores == {"modes": 6, "modes_kl": pytest.approx(math.log(1000 / 6))}


def test_larger_images_are_read_too(test_images):
    large = interpolate(test_images, size=(32, 32), mode="bilinear", antialias=True)
    assert (classify(large.reshape(-1, 1, 32, 32)) == classify(test_images.reshape(-1, 1, 8, 8))).double().mean() > 0.95


def test_random_state_is_left_alone(test_images):
    before = torch.random.get_rng_state()
    stacked_modes(test_images[:5])
    assert torch.equal(torch.random.get_rng_state(), before)
