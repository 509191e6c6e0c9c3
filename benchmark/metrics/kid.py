"""The kernel inception distance: an unbiased distance between generated and real features."""

from typing import Any

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

SEED = 2020  # torch-fidelity's own, of the subsets
SUBSETS = 100


def kid(comparison: Comparison) -> dict[str, float]:
    """Mean and standard deviation over 100 subsets, those of torch-fidelity.

    A subset has as many images as `subset_size` says, which the protocol records.
    """
    from benchmark.metrics.arithmetic.kernel_distance import MOST_IMAGES, real_kernels, subset_distances

    known = comparison.real.features
    generated, real = comparison.generated.double(), known.pooled.double()
    size = subset_size(comparison.kid_subset_size, len(generated), len(real))
    if len(generated) + len(real) <= MOST_IMAGES:
        count = len(generated)
        kernels = known.once(("kid", count, size), lambda: real_kernels(real, count, SUBSETS, size, SEED))
        distances = subset_distances(generated, real, size, kernels)
        return {"kid": distances.mean().item(), "kid_std": distances.std(correction=0).item()}
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric

    scores: dict[str, Any] = kid_features_to_metric(
        generated, real, kid_subsets=SUBSETS, kid_subset_size=size, rng_seed=SEED, verbose=False
    )
    return {"kid": scores[KEY_METRIC_KID_MEAN], "kid_std": scores[KEY_METRIC_KID_STD]}


def subset_size(asked: int, generated: int, real: int) -> int:
    """Images a subset, of so many generated and real ones: no more than the smaller of the two sets has."""
    return min(asked, generated, real)


KID = Metric(
    name="kid",
    columns={
        "kid": Column("KID", "", lower_is_better=True),
        "kid_std": Column("KID, std over subsets", "", lower_is_better=None, lowest=0.0),
    },
    function=kid,
    citation="Bińkowski et al. 2018, arXiv:1801.01401, section 4",
    is_default=True,
)
