"""Precision and recall: how many generated images look real, and how many real ones could be generated."""

from typing import Any

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

NEIGHBOURS = 3
DISTANCE_ROWS = 1000  # a block of 1000 x N distances at a time keeps 50,000 images within memory


def precision_recall(comparison: Comparison) -> dict[str, float]:
    """Shares of images within the other set's 3-nearest-neighbour balls, and their harmonic mean, by torch-fidelity."""
    from torch_fidelity.metric_prc import (
        KEY_METRIC_F_SCORE,
        KEY_METRIC_PRECISION,
        KEY_METRIC_RECALL,
        prc_features_to_metric,
    )

    scores: dict[str, Any] = prc_features_to_metric(
        comparison.generated.double(),
        comparison.real.features.pooled.double(),
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


PRECISION_RECALL = Metric(
    name="precision_recall",
    columns={
        "precision": Column("Precision", "", lower_is_better=False, lowest=0.0),
        "recall": Column("Recall", "", lower_is_better=False, lowest=0.0),
        "precision_recall_f_score": Column(
            "F-score of precision and recall", "", lower_is_better=False, lowest=0.0, is_tabled=False
        ),
    },
    function=precision_recall,
    citation="Kynkäänniemi et al. 2019, arXiv:1904.06991, section 3",
    is_default=True,
)
