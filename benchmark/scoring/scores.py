"""The metrics, as torch-fidelity computes them, on features that were extracted once."""

from collections.abc import Callable
from typing import Any

import torch
from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, KEY_METRIC_ISC_STD, isc_features_to_metric
from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric
from torch_fidelity.metric_prc import (
    KEY_METRIC_F_SCORE,
    KEY_METRIC_PRECISION,
    KEY_METRIC_RECALL,
    prc_features_to_metric,
)

from benchmark.scoring.features import Features
from benchmark.scoring.frechet_distance import frechet_distance, moments
from benchmark.scoring.kernel_distance import MOST_IMAGES, subset_distances
from benchmark.scoring.reference import Reference
from benchmark.spec import Metric, Score

SEED = 2020  # torch-fidelity's own, of the splits of the inception score and the subsets of KID
SPLITS = 10
SUBSETS = 100
NEIGHBOURS = 3
DISTANCE_ROWS = 1000  # a block of 1000 x N distances at a time keeps 50,000 images within memory


def fid(generated: Features, reference: Reference, settings: Score) -> dict[str, float]:
    """Fréchet inception distance in double precision: Heusel et al. 2017, arXiv:1706.08500, equation 6."""
    ours = moments(generated.pooled.to(reference.mu.device))
    return {"fid": frechet_distance(ours, (reference.mu, reference.sigma), reference.sigma_root)}


def inception_score(generated: Features, reference: Reference, settings: Score) -> dict[str, float]:
    """Inception score, mean and std over ten splits: Salimans et al. 2016, arXiv:1606.03498, section 4."""
    scores = isc_features_to_metric(generated.logits, splits=SPLITS, shuffle=True, rng_seed=SEED)
    return {"inception_score": scores[KEY_METRIC_ISC_MEAN], "inception_score_std": scores[KEY_METRIC_ISC_STD]}


def kid(generated: Features, reference: Reference, settings: Score) -> dict[str, float]:
    """Kernel inception distance, mean and std over 100 subsets: Bińkowski et al. 2018, arXiv:1801.01401, section 4.

    A subset has `settings.kid_subset_size` images, or as many as the smaller of the two sets has.
    """
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


def precision_recall(generated: Features, reference: Reference, settings: Score) -> dict[str, float]:
    """Share of images within the other set's 3-nearest-neighbour balls: Kynkäänniemi et al. 2019, arXiv:1904.06991."""
    scores: dict[str, Any] = prc_features_to_metric(
        generated.pooled.double(),
        reference.pooled.double(),
        prc_neighborhood=NEIGHBOURS,
        prc_batch_size=DISTANCE_ROWS,
        save_cpu_ram=True,
        verbose=False,
    )
    return {
        "precision": scores[KEY_METRIC_PRECISION],
        "recall": scores[KEY_METRIC_RECALL],
        "f_score": scores[KEY_METRIC_F_SCORE],
    }


METRIC_FUNCTIONS: dict[Metric, Callable[[Features, Reference, Score], dict[str, float]]] = {
    "fid": fid,
    "inception_score": inception_score,
    "kid": kid,
    "precision_recall": precision_recall,
}


def score(generated: Features, reference: Reference, settings: Score) -> dict[str, float]:
    """All the metrics that a spec asks for; deterministic, and no random state is touched.

    Args:
        generated: Features of the generated images.
        reference: Features and statistics of the real split.
        settings: The spec's `[score]` table.

    Returns:
        Scores by name in `benchmark.records.SCORES`.
    """
    with torch.inference_mode():
        parts = [METRIC_FUNCTIONS[metric](generated, reference, settings) for metric in settings.metrics]
    return {name: value for part in parts for name, value in part.items()}
