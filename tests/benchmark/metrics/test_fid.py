import numpy as np
import pytest
import scipy.linalg
import torch
from comparisons import Pooled, gaussian, of_features, of_images
from torchmetrics.image.fid import FrechetInceptionDistance

from benchmark.metrics.fid import FID


def test_equals_torchmetrics(digits_cnn, test_images, generated):
    metric = FrechetInceptionDistance(feature=Pooled(digits_cnn), input_img_size=(3, 8, 8)).set_dtype(torch.float64)
    metric.update(test_images.repeat(1, 3, 1, 1), real=True)
    metric.update(generated.repeat(1, 3, 1, 1), real=False)
    ours = FID.function(of_images(digits_cnn, generated, test_images))
    assert ours == {"fid": pytest.approx(metric.compute().item(), rel=1e-5)}


def test_is_the_formula_with_scipys_square_root():
    real, fake = gaussian(200, 6, 1), gaussian(150, 6, 2) * 1.5 + 0.3
    covariances = np.cov(real.T), np.cov(fake.T)
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    shift = (real.mean(0) - fake.mean(0)).numpy()
    expected = shift @ shift + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert FID.function(of_features(fake, real)) == {"fid": pytest.approx(expected, rel=1e-9)}


def test_of_a_shift_is_its_squared_length():
    real = gaussian(200, 3, 0)
    shifted = real + torch.tensor([3.0, 4.0, 0.0], dtype=torch.float64)
    assert FID.function(of_features(shifted, real))["fid"] == pytest.approx(25, rel=1e-9)
