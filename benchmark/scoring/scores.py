"""The metrics, as torch-fidelity computes them, on features that were extracted once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, KEY_METRIC_ISC_STD, isc_features_to_metric
from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric
from torch_fidelity.metric_prc import (
    KEY_METRIC_F_SCORE,
    KEY_METRIC_PRECISION,
    KEY_METRIC_RECALL,
    prc_features_to_metric,
)

from benchmark.metrics.arithmetic.class_coverage import class_coverage
from benchmark.metrics.arithmetic.density_coverage import density_and_coverage
from benchmark.metrics.arithmetic.extrapolated_distance import extrapolated
from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments
from benchmark.metrics.arithmetic.kernel_distance import MOST_IMAGES, subset_distances
from benchmark.metrics.arithmetic.memorisation import memorisation
from benchmark.scoring.features import Features
from benchmark.scoring.reference import Reference
from benchmark.spec import Metric, Score

SEED = 2020  # torch-fidelity's own, of the splits of the inception score and the subsets of KID
SPLITS = 10
SUBSETS = 100
NEIGHBOURS = 3
DISTANCE_ROWS = 1000  # a block of 1000 x N distances at a time keeps 50,000 images within memory


@dataclass(frozen=True)
class Real:
    """The real side of all metrics.

    Attributes:
        reference: Features and statistics of the split that is compared with.
        labels: Of its images (N,).
        classes: How many labels the data set has.
        train: Features (M, D) of the images that were trained on; None if no metric asks for them.
    """

    reference: Reference
    labels: Tensor
    classes: int
    train: Tensor | None = None

    def on_device(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """The tensors where distances are computed."""
        return tuple(tensor.to(self.reference.mu.device) for tensor in tensors)


def fid(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Fréchet inception distance in double precision: Heusel et al. 2017, arXiv:1706.08500, equation 6."""
    reference = real.reference
    ours = moments(generated.pooled.to(reference.mu.device))
    return {"fid": frechet_distance(ours, (reference.mu, reference.sigma), reference.sigma_root)}


def inception_score(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Inception score, mean and std over ten splits: Salimans et al. 2016, arXiv:1606.03498, section 4."""
    assert generated.logits is not None
    scores = isc_features_to_metric(generated.logits, splits=SPLITS, shuffle=True, rng_seed=SEED)
    return {"inception_score": scores[KEY_METRIC_ISC_MEAN], "inception_score_std": scores[KEY_METRIC_ISC_STD]}


def kid(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Kernel inception distance, mean and std over 100 subsets: Bińkowski et al. 2018, arXiv:1801.01401, section 4.

    A subset has `settings.kid_subset_size` images, or as many as the smaller of the two sets has.
    """
    reference = real.reference
    size = min(settings.kid_subset_size, len(generated.pooled), len(reference.pooled))
    if len(generated.pooled) + len(reference.pooled) <= MOST_IMAGES:
        ours, theirs = generated.pooled.double(), reference.pooled.double()
        distances = subset_distances(ours, theirs, SUBSETS, size, SEED)
        return {"kid": distances.mean().item(), "kid_std": distances.std(correction=0).item()}
    scores: dict[str, Any] = kid_features_to_metric(
        generated.pooled.double(),
        reference.pooled.double(),
        kid_subsets=SUBSETS,
        kid_subset_size=size,
        rng_seed=SEED,
        verbose=False,
    )
    return {"kid": scores[KEY_METRIC_KID_MEAN], "kid_std": scores[KEY_METRIC_KID_STD]}


def precision_recall(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Share of images within the other set's 3-nearest-neighbour balls: Kynkäänniemi et al. 2019, arXiv:1904.06991."""
    scores: dict[str, Any] = prc_features_to_metric(
        generated.pooled.double(),
        real.reference.pooled.double(),
        prc_neighborhood=NEIGHBOURS,
        prc_batch_size=DISTANCE_ROWS,
        save_cpu_ram=True,
        verbose=False,
    )
    return {
        "precision": scores[KEY_METRIC_PRECISION],
        "recall": scores[KEY_METRIC_RECALL],
        "precision_recall_f_score": scores[KEY_METRIC_F_SCORE],
    }


def density_coverage(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Density and coverage with five neighbours: Naeem et al. 2020, arXiv:2002.09797."""
    ours, theirs = real.on_device(generated.pooled, real.reference.pooled)
    density, coverage = density_and_coverage(ours, theirs)
    return {"density": density, "coverage": coverage}


def fid_infinity(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """FID of infinitely many generated images, and its standard error: Chong and Forsyth 2020, arXiv:1911.07023."""
    reference = real.reference
    pooled = generated.pooled.to(reference.mu.device)
    value, error = extrapolated(pooled, reference.mu, reference.sigma, reference.sigma_root)
    return {"fid_infinity": value, "fid_infinity_error": error}


def copying(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Whether samples are nearer to train images than unseen images are: Meehan et al. 2020, arXiv:2004.05675."""
    assert real.train is not None
    probability, deviations = memorisation(*real.on_device(generated.pooled, real.train, real.reference.pooled))
    return {"memorisation": probability, "memorisation_z": deviations}


def classes(generated: Features, real: Real, settings: Score) -> dict[str, float]:
    """Classes reached, each sample being of its nearest real image's class, and how evenly."""
    ours, theirs, labels = real.on_device(generated.pooled, real.reference.pooled, real.labels)
    covered, divergence = class_coverage(ours, theirs, labels, real.classes)
    return {"classes_covered": covered, "classes_kl": divergence}


METRIC_FUNCTIONS: dict[Metric, Callable[[Features, Real, Score], dict[str, float]]] = {
    "fid": fid,
    "inception_score": inception_score,
    "kid": kid,
    "precision_recall": precision_recall,
    "density_coverage": density_coverage,
    "fid_infinity": fid_infinity,
    "memorisation": copying,
    "class_coverage": classes,
}


def score(generated: Features, real: Real, settings: Score, metrics: Collection[Metric]) -> dict[str, float]:
    """Scores from features; deterministic, and no random state is touched.

    Args:
        generated: Features of the generated images.
        real: The real side.
        settings: The spec's `[score]` table.
        metrics: What to compute; those that need more than features are left out.

    Returns:
        Scores by name in `benchmark.records.SCORES`.
    """
    asked = [METRIC_FUNCTIONS[metric] for metric in metrics if metric in METRIC_FUNCTIONS]
    with torch.inference_mode():
        parts = [function(generated, real, settings) for function in asked]
    return {name: value for part in parts for name, value in part.items()}
