"""Class coverage: the classes that generated images reach, and how evenly, where real images have labels."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric, Need


def class_coverage(comparison: Comparison) -> dict[str, float]:
    """Classes reached, each sample being of its nearest real image's class, and their shares' KL from the real ones."""
    from benchmark.metrics.arithmetic import class_coverage as arithmetic

    real = comparison.real
    ours, theirs, labels = comparison.on_device(comparison.generated, real.features.pooled, real.labels)
    covered, divergence = arithmetic.class_coverage(ours, theirs, labels, real.classes)
    return {"classes_covered": covered, "classes_kl": divergence}


CLASS_COVERAGE = Metric(
    name="class_coverage",
    columns={
        "classes_covered": Column("Classes covered", "", lower_is_better=False, lowest=1.0),
        "classes_kl": Column(
            "Class shares, KL from the real ones", "nats", lower_is_better=True, lowest=0.0, is_tabled=False
        ),
    },
    function=class_coverage,
    citation="Metz et al. 2017, arXiv:1611.02163, section 3.3, who label by a classifier",
    needs=(Need.LABELS,),
)
