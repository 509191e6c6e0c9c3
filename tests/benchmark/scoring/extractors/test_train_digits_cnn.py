from pathlib import Path

import pytest
import torch

from benchmark.datasets.catalog import load_split
from benchmark.scoring.extractors.digits_cnn import DigitsNetwork
from benchmark.scoring.extractors.train_digits_cnn import accuracy, scale_features, train


def test_scaling_gives_features_a_mean_square_of_one_and_keeps_the_logits():
    network, images = DigitsNetwork(), load_split("digits", "train", Path("nowhere")).images[:50] / 127.5 - 1
    with torch.no_grad():
        before = network(images)
        scale_features(network, images)
        assert network.features(images).square().mean() == pytest.approx(1.0, rel=1e-5)
        torch.testing.assert_close(network(images), before)


def test_training_learns_and_repeats_itself():
    data = load_split("digits", "train", Path("nowhere"))
    first, second = (train(data, epochs=3) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert accuracy(first, data) > 0.6 > 0.3 > accuracy(DigitsNetwork(), data)


def test_accuracy_is_the_share_of_right_answers():
    network = DigitsNetwork()
    with torch.no_grad():
        network.output.weight.zero_()
        network.output.bias.copy_(torch.eye(10)[7])
    data = load_split("digits", "test", Path("nowhere"))
    assert accuracy(network, data) == 53 / 450  # the sevens of the test split
