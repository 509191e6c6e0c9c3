"""A set against itself, or against a part of itself, is known by its pixels."""

import pytest
import torch

from benchmark.metrics.arithmetic.frechet_distance import moments
from benchmark.metrics.comparison import RealFeatures
from benchmark.scoring.overlap import fingerprints, overlap, same_statistics

IMAGES = torch.randint(0, 256, (600, 1, 6, 4), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)


def test_a_fingerprint_is_of_the_pixels_and_the_size() -> None:
    marks = fingerprints(IMAGES)
    assert len(set(marks)) == len(IMAGES)
    assert fingerprints(IMAGES.expand(-1, 3, -1, -1)) == marks
    assert fingerprints(IMAGES.flip(0))[::-1] == marks
    assert not set(fingerprints(IMAGES.transpose(2, 3))) & set(marks)
    changed = IMAGES.clone()
    changed[7, 0, 5, 3] ^= 1
    assert [one == other for one, other in zip(marks, fingerprints(changed), strict=True)] == [
        number != 7 for number in range(len(IMAGES))
    ]


@pytest.mark.parametrize(
    ("generated", "real", "expected"),
    [
        (range(600), range(600), "A set is scored against itself: each of its 600 images is among the real ones"),
        ((3, 3, 4), (4, 3), "A set is scored against itself: each of its 3 images"),
        (range(200), range(600), "A part is scored against its whole: each of the 200 images is among the 600 real"),
        (
            range(600),
            range(40),
            "A set is scored against a part of itself: each of the 40 real images is",
        ),
        (range(300), range(290, 600), "10 of the 300 images are copies of real ones, to the last pixel."),
        (range(300), range(300, 600), ""),
    ],
)
def test_what_is_said(generated: range, real: range, expected: str) -> None:
    marks = fingerprints(IMAGES)
    said = overlap([marks[each] for each in generated], [marks[each] for each in real])
    assert said.startswith(expected)
    assert bool(said) == bool(expected)


def test_statistics_of_the_same_images_are_known_in_other_rounding() -> None:
    features = IMAGES.flatten(1).double()
    mu, sigma = moments(features)
    given = RealFeatures(torch.empty(0, 24), mu.float().double(), sigma.float().double())
    assert same_statistics((mu, sigma), given).startswith("A set is scored against itself")
    assert same_statistics(moments(features[:599]), given) == ""
