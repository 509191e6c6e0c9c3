from typing import get_args

import numpy as np
import pytest
import scipy.linalg
import torch
import torch_fidelity
from torch.utils.data import Dataset
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from benchmark.datasets.catalog import load_split
from benchmark.metrics.arithmetic.class_coverage import class_coverage
from benchmark.metrics.arithmetic.density_coverage import density_and_coverage
from benchmark.metrics.arithmetic.extrapolated_distance import extrapolated
from benchmark.metrics.arithmetic.memorisation import memorisation
from benchmark.records import SCORES
from benchmark.scoring.extractors.catalog import register
from benchmark.scoring.features import Features, extract
from benchmark.scoring.reference import Reference, reference_of
from benchmark.scoring.scores import METRIC_FUNCTIONS, Real, score
from benchmark.spec import METRICS, Metric, Score

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


def real_from(pooled: torch.Tensor) -> Real:
    values = pooled.double()
    return real_of(Reference(values, values.mean(0), torch.cov(values.T)))


def real_of(reference: Reference) -> Real:
    return Real(reference, torch.zeros(len(reference.pooled), dtype=torch.int64), 1)


def scores_of(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    return score(generated, real, settings, settings.metrics)


def gaussian(count: int, size: int, seed: int) -> torch.Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_equal_to_calculate_metrics(digits_cnn, test_images, generated):
    ours = scores_of(
        extract(digits_cnn, generated), real_of(reference_of(test_images, digits_cnn)), Score(kid_subset_size=150)
    )
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
    assert ours.keys() <= SCORES.keys()
    for name, value in ours.items():
        assert value == pytest.approx(theirs[NAMES[name]], rel=1e-6), name


class Pooled(torch.nn.Module):
    """Features as torchmetrics wants them."""

    num_features = 64

    def __init__(self, loaded) -> None:
        super().__init__()
        self.loaded = loaded

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return extract(self.loaded, images).pooled


def test_fid_equals_torchmetrics(digits_cnn, test_images, generated):
    metric = FrechetInceptionDistance(feature=Pooled(digits_cnn), input_img_size=(3, 8, 8)).set_dtype(torch.float64)
    metric.update(Images(test_images).images, real=True)
    metric.update(Images(generated).images, real=False)
    real = real_of(reference_of(test_images, digits_cnn))
    ours = scores_of(extract(digits_cnn, generated), real, Score(metrics=("fid",)))
    assert ours == {"fid": pytest.approx(metric.compute().item(), rel=1e-5)}


def test_kid_of_whole_sets_equals_torchmetrics(digits_cnn, test_images, generated):
    """Subsets as large as the sets: any other would be drawn in another way."""
    metric = KernelInceptionDistance(feature=Pooled(digits_cnn), subsets=2, subset_size=300).set_dtype(torch.float64)
    metric.update(Images(test_images[:300]).images, real=True)
    metric.update(Images(generated).images, real=False)
    real = real_of(reference_of(test_images[:300], digits_cnn))
    ours = scores_of(
        extract(digits_cnn, generated), real, Score(metrics=("kid",), objective="kid", kid_subset_size=300)
    )
    assert ours["kid"] == pytest.approx(metric.compute()[0].item(), rel=1e-5)


def test_fid_is_the_formula_with_scipys_square_root():
    real, fake = gaussian(200, 6, 1), gaussian(150, 6, 2) * 1.5 + 0.3
    covariances = np.cov(real.T), np.cov(fake.T)
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    shift = (real.mean(0) - fake.mean(0)).numpy()
    expected = shift @ shift + np.trace(covariances[0] + covariances[1] - 2 * root)
    found = METRIC_FUNCTIONS["fid"](Features(fake, fake), real_from(real), Score())
    assert found == {"fid": pytest.approx(expected, rel=1e-9)}


def test_fid_of_a_shift_is_its_squared_length():
    real = gaussian(200, 3, 0)
    shifted = real + torch.tensor([3.0, 4.0, 0.0], dtype=torch.float64)
    found = METRIC_FUNCTIONS["fid"](Features(shifted, shifted), real_from(real), Score())
    assert found["fid"] == pytest.approx(25, rel=1e-9)


def test_inception_score_of_certain_even_answers_is_the_number_of_classes():
    # 1000 certain answers, each class as often: the mean over splits falls short of 4 by their chance imbalance only.
    logits = 1000.0 * torch.eye(4, dtype=torch.float64).repeat(250, 1)
    found = METRIC_FUNCTIONS["inception_score"](Features(logits, logits), real_from(logits), Score())
    assert found["inception_score"] == pytest.approx(4, abs=0.1)
    same = Features(logits, torch.zeros(100, 4, dtype=torch.float64))
    undecided = METRIC_FUNCTIONS["inception_score"](same, real_from(logits), Score())
    assert undecided == {"inception_score": pytest.approx(1), "inception_score_std": pytest.approx(0)}


def test_kid_of_whole_sets_is_the_unbiased_estimate():
    real, fake = gaussian(12, 3, 1), gaussian(12, 3, 2) + 0.5

    def kernel(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return (a @ b.T / 3 + 1) ** 3

    within = sum((kernel(x, x).sum() - kernel(x, x).trace()) / (12 * 11) for x in (real, fake))
    expected = (within - 2 * kernel(real, fake).mean()).item()
    # Subsets as large as the sets, which is where the size asked for is capped, are always the sets themselves.
    found = METRIC_FUNCTIONS["kid"](Features(fake, fake), real_from(real), Score(kid_subset_size=200))
    assert found == {"kid": pytest.approx(expected, rel=1e-9), "kid_std": pytest.approx(0, abs=1e-9)}


def test_precision_and_recall_by_hand():
    # On a line, the third neighbours of the real points 0, 1, 2, 3, 100 lie 3, 2, 2, 3, 99 away: balls over -3 .. 199.
    real = torch.tensor([[0.0], [1.0], [2.0], [3.0], [100.0]], dtype=torch.float64)
    # Those of the fake points 0, 1, 2, 3, -50 lie 3, 2, 2, 3, 52 away: balls over -102 .. 6.
    fake = torch.tensor([[0.0], [1.0], [2.0], [3.0], [-50.0]], dtype=torch.float64)
    found = METRIC_FUNCTIONS["precision_recall"](Features(fake, fake), real_from(real), Score())
    assert found["precision"] == pytest.approx(4 / 5)
    assert found["recall"] == pytest.approx(4 / 5)
    assert found["precision_recall_f_score"] == pytest.approx(4 / 5)


def test_precision_counts_generated_and_recall_counts_real():
    real = torch.arange(20, dtype=torch.float64).view(-1, 1)
    fake = torch.arange(5, dtype=torch.float64).view(-1, 1)
    found = METRIC_FUNCTIONS["precision_recall"](Features(fake, fake), real_from(real), Score())
    assert found["precision"] == 1.0
    # The fake balls reach from 0 - 3 to 4 + 3, and the real points 0 .. 7 lie within.
    assert found["recall"] == pytest.approx(8 / 20)


def test_blocks_of_distances_change_nothing():
    real, fake = gaussian(1300, 4, 1), gaussian(1100, 4, 2) * 1.3
    found = METRIC_FUNCTIONS["precision_recall"](Features(fake, fake), real_from(real), Score())
    radii = torch.cdist(real, real).kthvalue(4).values
    assert found["precision"] == pytest.approx((torch.cdist(fake, real) <= radii).any(1).double().mean().item())


@pytest.mark.parametrize("metric", METRICS)
def test_only_what_is_asked_for_is_computed(metric, digits_cnn, test_images, generated):
    settings = Score(metrics=("fid", metric))
    features, reference = extract(digits_cnn, generated), real_of(reference_of(test_images, digits_cnn))
    expected = METRIC_FUNCTIONS["fid"](features, reference, settings) | METRIC_FUNCTIONS[metric](
        features, reference, settings
    )
    assert scores_of(features, reference, settings) == expected


def test_metrics_of_the_spec_are_all_there():
    assert {*METRIC_FUNCTIONS, "known_truth"} == set(get_args(Metric))


def test_the_others_are_those_of_their_own_files(digits_cnn, test_images, generated, tmp_path):
    train, test = (load_split("digits", split, tmp_path) for split in ("train", "test"))
    seen = extract(digits_cnn, train.images).pooled
    real = Real(reference_of(test_images, digits_cnn), test.labels, 10, seen)
    features = extract(digits_cnn, generated)
    found = score(features, real, Score(), ("density_coverage", "fid_infinity", "memorisation", "class_coverage"))
    ours, theirs = features.pooled, real.reference
    assert (found["density"], found["coverage"]) == density_and_coverage(ours, theirs.pooled)
    statistics = (theirs.mu, theirs.sigma, theirs.sigma_root)
    assert (found["fid_infinity"], found["fid_infinity_error"]) == extrapolated(ours, *statistics)
    assert (found["memorisation"], found["memorisation_z"]) == memorisation(ours, seen, theirs.pooled)
    assert (found["classes_covered"], found["classes_kl"]) == class_coverage(ours, theirs.pooled, test.labels, 10)
    assert found.keys() <= SCORES.keys()


def test_repeats_itself_and_leaves_random_state_alone(digits_cnn, test_images, generated):
    reference = real_of(reference_of(test_images, digits_cnn))
    torch_state, numpy_state = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    first, second = (scores_of(extract(digits_cnn, generated), reference, Score()) for _ in range(2))
    assert first == second
    assert torch.equal(torch.random.get_rng_state(), torch_state)
    assert (np.random.get_state()[1] == numpy_state).all()
