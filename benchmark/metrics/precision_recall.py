"""Precision and recall: how many generated images look real, and how many real ones could be generated."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

NEIGHBOURS = 3


def precision_recall(comparison: Comparison) -> dict[str, float]:
    """Shares of images within the other set's 3-nearest-neighbour balls, and their harmonic mean: torch-fidelity's."""
    from benchmark.metrics.arithmetic.precision_recall import precision_and_recall, radii

    known = comparison.real.features
    generated, real = comparison.generated.double(), known.pooled.double()
    real_radii = known.once(("radii", NEIGHBOURS), lambda: radii(real, NEIGHBOURS))
    precision, recall = precision_and_recall(generated, real, real_radii, NEIGHBOURS)
    both = 2 * precision * recall / max(1e-5, precision + recall)
    return {"precision": precision, "recall": recall, "precision_recall_f_score": both}


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
