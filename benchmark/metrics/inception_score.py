"""The inception score: sure of each image's class, and many classes among all."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric, Need

SEED = 2020  # torch-fidelity's own, of the splits
SPLITS = 10


def inception_score(comparison: Comparison) -> dict[str, float]:
    """Mean and standard deviation over ten splits, as torch-fidelity computes them."""
    from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, KEY_METRIC_ISC_STD, isc_features_to_metric

    assert comparison.logits is not None
    scores = isc_features_to_metric(comparison.logits, splits=SPLITS, shuffle=True, rng_seed=SEED)
    return {"inception_score": scores[KEY_METRIC_ISC_MEAN], "inception_score_std": scores[KEY_METRIC_ISC_STD]}


INCEPTION_SCORE = Metric(
    name="inception_score",
    columns={
        "inception_score": Column("Inception score", "", lower_is_better=False, lowest=1.0),
        "inception_score_std": Column("Inception score, std over splits", "", lower_is_better=None, lowest=0.0),
    },
    function=inception_score,
    citation="Salimans et al. 2016, arXiv:1606.03498, section 4",
    needs=(Need.LOGITS,),
    from_statistics=True,
    is_default=True,
)
