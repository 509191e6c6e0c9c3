from dataclasses import replace

import numpy as np
import pytest
import torch
import torch_fidelity
from comparisons import of_images
from torch.utils.data import Dataset

from benchmark.errors import UserError
from benchmark.metrics.catalog import default_metrics, find_metric, known_metrics, known_scores
from benchmark.scoring.extractors.catalog import register
from benchmark.scoring.scores import score

NAMES = {
    "fid": "frechet_inception_distance",
    "inception_score": "inception_score_mean",
    "inception_score_std": "inception_score_std",
    "kid": "kernel_inception_distance_mean",
    "kid_std": "kernel_inception_distance_std",
    "precision": "precision",
    "recall": "recall",
    "precision_recall_f_score": "f_score",
}


class Images(Dataset):
    """Images (N, 1, H, W) uint8 as torch-fidelity wants them."""

    def __init__(self, images: torch.Tensor) -> None:
        self.images = images.repeat(1, 3, 1, 1)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> torch.Tensor:
        return self.images[i]


def test_equal_to_calculate_metrics(digits_cnn, test_images, generated):
    ours = score(of_images(digits_cnn, generated, test_images, kid_subset_size=150), default_metrics())
    register(digits_cnn.extractor)
    theirs = torch_fidelity.calculate_metrics(
        input1=Images(generated),
        input2=Images(test_images),
        feature_extractor="digits-cnn",
        isc=True,
        fid=True,
        kid=True,
        prc=True,
        kid_subset_size=150,
        cuda=False,
        save_cpu_ram=True,
        verbose=False,
    )
    assert ours.keys() == NAMES.keys()
    assert ours.keys() <= known_scores().keys()
    for name, value in ours.items():
        assert value == pytest.approx(theirs[NAMES[name]], rel=1e-6), name


@pytest.mark.parametrize("metric", default_metrics())
def test_only_what_is_asked_for_is_computed(metric, digits_cnn, test_images, generated):
    comparison = of_images(digits_cnn, generated, test_images)
    expected = find_metric("fid").function(comparison) | find_metric(metric).function(comparison)
    assert score(comparison, ("fid", metric)) == expected


def test_repeats_itself_and_leaves_random_state_alone(digits_cnn, test_images, generated):
    torch_state, numpy_state = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    first, second = (score(of_images(digits_cnn, generated, test_images), default_metrics()) for _ in range(2))
    assert first == second
    assert torch.equal(torch.random.get_rng_state(), torch_state)
    assert (np.random.get_state()[1] == numpy_state).all()


def test_a_column_that_a_metric_does_not_have_is_refused(digits_cnn, test_images, generated, monkeypatch):
    wrong = replace(find_metric("fid"), function=lambda comparison: {"fids": 1.0})
    monkeypatch.setitem(known_metrics(), "fid", wrong)
    with pytest.raises(ValueError, match=r"metric 'fid' gives \['fids'\]: its columns are \['fid'\]"):
        score(of_images(digits_cnn, generated, test_images), ("fid",))


def test_an_unknown_metric_is_refused(digits_cnn, test_images, generated):
    with pytest.raises(UserError, match="unknown metric 'fids': did you mean 'fid'"):
        score(of_images(digits_cnn, generated, test_images), ("fids",))
