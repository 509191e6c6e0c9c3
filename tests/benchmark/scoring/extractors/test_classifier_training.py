from pathlib import Path

import pytest
import torch

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.scoring.extractors.classifier import Classifier
from benchmark.scoring.extractors.classifier_training import accuracy, scale_features, train, usual_epochs


@pytest.mark.parametrize(("images", "epochs"), [(10, 30), (897, 30), (2000, 30), (4000, 15), (10_000, 6), (50_000, 6)])
def test_few_images_are_seen_more_often(images: int, epochs: int) -> None:
    assert usual_epochs(images) == epochs


def test_scaling_gives_features_a_mean_square_of_one_and_keeps_the_logits():
    network, images = Classifier(1, 8, 10), load_split("digits", "train", Path("nowhere")).images[:50] / 127.5 - 1
    with torch.no_grad():
        before = network(images)
        scale_features(network, images)
        assert network.features(images).square().mean() == pytest.approx(1.0, rel=1e-5)
        torch.testing.assert_close(network(images), before)


def test_training_learns_repeats_itself_and_draws_from_nobody():
    data, state = load_split("digits", "train", Path("nowhere")), torch.get_rng_state()
    first, second = (train(data, epochs=3) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert accuracy(first, data) > 0.6 > 0.3 > accuracy(Classifier(1, 8, 10), data)


def test_fewer_images_than_a_batch_are_one():
    data = load_split("digits", "train", Path("nowhere"))
    few = LabelledImages(data.images[:20], data.labels[:20], 10)
    assert accuracy(train(few, epochs=60), few) > 0.6


def test_accuracy_is_the_share_of_right_answers():
    network = Classifier(1, 8, 10)
    with torch.no_grad():
        network.output.weight.zero_()
        network.output.bias.copy_(torch.eye(10)[7])
    data = load_split("digits", "test", Path("nowhere"))
    assert accuracy(network, data) == 53 / 450  # the sevens of the test split
