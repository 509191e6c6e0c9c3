import numpy as np
import pytest
import torch
from comparisons import gaussian, of_features

from benchmark.metrics.fd_dinov2 import FD_DINOV2
from benchmark.metrics.fid import FID
from benchmark.scoring.extractors.catalog import find_extractor


def test_by_hand_of_features_without_correlation():
    """Along each axis of its own: (m - m')^2 + (s - s')^2."""
    real = torch.tensor([[0.0, 0.0], [0.0, 6.0], [2.0, 0.0], [2.0, 6.0]]).double()  # variances 4/3 and 12
    ours = torch.tensor([[3.0, 1.0], [3.0, 7.0], [7.0, 1.0], [7.0, 7.0]]).double()  # 16/3 and 12
    expected = 4**2 + (np.sqrt(16 / 3) - np.sqrt(4 / 3)) ** 2 + 1**2
    assert FD_DINOV2.function(of_features(ours, real)) == {"fd_dinov2": pytest.approx(expected, rel=1e-12)}


def test_the_arithmetic_is_that_of_fid():
    comparison = of_features(gaussian(80, 6, 1).float() + 0.3, gaussian(50, 6, 2))
    assert FD_DINOV2.function(comparison)["fd_dinov2"] == FID.function(comparison)["fid"] > 0.1


def test_it_is_of_an_extractor_that_there_is_and_statistics_will_do():
    assert FD_DINOV2.extractor is not None
    assert find_extractor(FD_DINOV2.extractor).name == FD_DINOV2.extractor
    assert FD_DINOV2.from_statistics
