"""FD-DINOv2: the Fréchet distance on features of DINOv2's large network, as dgm-eval and EDM2 publish it."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

EXTRACTOR = "dinov2-vit-l-14"


def fd_dinov2(comparison: Comparison) -> dict[str, float]:
    """The squared distance between the Gaussians in double precision; it falls with the number of images."""
    return {"fd_dinov2": comparison.frechet_distance()}


FD_DINOV2 = Metric(
    name="fd-dinov2",
    columns={"fd_dinov2": Column("FD-DINOv2", "", lower_is_better=True, lowest=0.0, is_ratio=True)},
    function=fd_dinov2,
    citation="Stein et al. 2023, arXiv:2306.04675, section 3",
    extractor=EXTRACTOR,
    from_statistics=True,
)
