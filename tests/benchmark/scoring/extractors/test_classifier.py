"""The classifier: its shapes at every side, and that the digits' network is one of it."""

import pytest
import torch

from benchmark.scoring.extractors.classifier import Classifier
from benchmark.scoring.extractors.digits_cnn import DigitsNetwork


@pytest.mark.parametrize(
    ("side", "channels", "left"), [(8, 1, 2), (12, 3, 3), (16, 3, 2), (28, 1, 3), (32, 3, 2), (33, 1, 2), (64, 3, 2)]
)
def test_any_side_comes_to_two_or_three_pixels(side: int, channels: int, left: int) -> None:
    network = Classifier(channels, side, 7)
    images = torch.rand(5, channels, side, side) * 2 - 1
    assert network.hidden.in_features == 64 * left**2
    assert network.features(images).shape == (5, 64)
    assert (network.features(images) >= 0).all()
    assert network(images).shape == (5, 7)


def test_the_digits_have_the_one_for_grey_images_of_eight_pixels() -> None:
    torch.manual_seed(3)
    ours = Classifier(1, 8, 10).state_dict()
    torch.manual_seed(3)
    theirs = DigitsNetwork().state_dict()
    assert list(ours) == list(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
