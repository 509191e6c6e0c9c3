"""Density and coverage: precision and recall that one outlier cannot spoil."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric


def density_coverage(comparison: Comparison) -> dict[str, float]:
    """Both with five neighbours, on the device."""
    from benchmark.metrics.arithmetic.density_coverage import density_and_coverage

    ours, theirs = comparison.on_device(comparison.generated, comparison.real.features.pooled)
    density, coverage = density_and_coverage(ours, theirs)
    return {"density": density, "coverage": coverage}


DENSITY_COVERAGE = Metric(
    name="density_coverage",
    columns={
        "density": Column("Density", "", lower_is_better=False, lowest=0.0),
        "coverage": Column("Coverage", "", lower_is_better=False, lowest=0.0),
    },
    function=density_coverage,
    citation="Naeem et al. 2020, arXiv:2002.09797, section 3",
)
