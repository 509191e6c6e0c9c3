"""Known truth: generated images against what is known of a data set that was made, without an extractor."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.evidence import Evidence
from benchmark.metrics.metric import Column, Metric, Need


def known_truth(comparison: Comparison) -> dict[str, float]:
    """What the data set's ground truth finds: of a mixture its modes, of a manifold precision and recall."""
    import torch

    real = comparison.real
    assert real.truth is not None
    with torch.inference_mode(mode=False):  # recall descends to the latents of real images
        (images,) = comparison.on_device(comparison.images)
        return real.truth(Evidence(images, real.images, comparison.generator))


KNOWN_TRUTH = Metric(
    name="known_truth",
    columns={
        "modes": Column("Modes covered", "", lower_is_better=False, lowest=0.0),
        "modes_kl": Column("Mode shares, KL from the true ones", "nats", lower_is_better=True, lowest=0.0),
        "high_quality": Column("High-quality samples", "", lower_is_better=False, lowest=0.0),
        "manifold_precision": Column("Precision on the manifold", "", lower_is_better=False, lowest=0.0),
        "manifold_recall": Column("Recall on the manifold", "", lower_is_better=False, lowest=0.0),
        "manifold_error": Column("1 - F-score on the manifold", "", lower_is_better=True, lowest=0.0),
    },
    function=known_truth,
    citation="modes: Metz et al. 2017, arXiv:1611.02163, section 3.3.1, and Srivastava et al. 2017, arXiv:1705.07761; "
    "manifolds: Lucic et al. 2018, arXiv:1711.10337, section 5.1",
    needs=(Need.GROUND_TRUTH,),
)
