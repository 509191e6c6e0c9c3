"""CMMD beside NumPy's own way over the paper's definition."""

from unittest.mock import Mock

import numpy as np
import pytest
import torch
from comparisons import gaussian, of_features

from benchmark.metrics.arithmetic import gaussian_kernel_distance
from benchmark.metrics.cmmd import CMMD
from benchmark.scoring.extractors.catalog import find_extractor


def in_numpy(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Kernel exp(-|x - y|^2 / 200) of vectors of length 1, means of whole matrices, times 1,000."""
    ours, theirs = (each / np.linalg.norm(each, axis=1)[:, None] for each in (ours, theirs))

    def mean(left: np.ndarray, right: np.ndarray) -> float:
        return float(np.exp(-((left[:, None] - right[None]) ** 2).sum(2) / 200).mean())

    return 1000 * (mean(ours, ours) + mean(theirs, theirs) - 2 * mean(ours, theirs))


@pytest.mark.parametrize("count", [40, 25])
def test_equals_numpy(count):
    ours, theirs = gaussian(count, 6, 1) * 3 + 1, gaussian(40, 6, 2)
    found = CMMD.function(of_features(ours.float(), theirs))
    assert found == {"cmmd": pytest.approx(in_numpy(ours.float().double().numpy(), theirs.numpy()), rel=1e-8)}
    assert found["cmmd"] > 0.5


def test_of_opposite_directions_by_hand():
    """All of one set are e, all of the other -e: |x - y| = 2, so it is 2,000 (1 - e^(-4 / 200))."""
    ours = torch.tensor([[3.0, 0.0], [0.5, 0.0]])
    found = CMMD.function(of_features(ours, -ours.double()))
    assert found == {"cmmd": pytest.approx(2000 * (1 - np.exp(-0.02)), rel=1e-12)}


def test_lengths_are_no_part_of_it():
    ours, theirs = gaussian(20, 6, 1) + 1, gaussian(30, 6, 2)
    longer = ours * torch.linspace(0.5, 9, 20).double().unsqueeze(1)
    found, expected = (CMMD.function(of_features(each, theirs)) for each in (longer, ours))
    assert found == {"cmmd": pytest.approx(expected["cmmd"], rel=1e-10)}


def test_features_of_nothing_are_a_number():
    found = CMMD.function(of_features(torch.zeros(4, 3), gaussian(5, 3, 1)))
    assert 0 < found["cmmd"] < 1000


def test_what_depends_on_the_real_images_alone_is_computed_once(monkeypatch):
    comparison = of_features(gaussian(20, 4, 1) + 1, gaussian(30, 4, 2))
    first = CMMD.function(comparison)
    computed = Mock(wraps=gaussian_kernel_distance.mean_kernel)
    monkeypatch.setattr(gaussian_kernel_distance, "mean_kernel", computed)
    assert CMMD.function(comparison) == first
    assert [tuple(map(len, call.args[:2])) for call in computed.call_args_list] == [(20, 20), (20, 30)]


def test_it_is_of_an_extractor_that_there_is():
    assert CMMD.extractor is not None
    assert find_extractor(CMMD.extractor).name == CMMD.extractor
