"""The Fréchet inception distance: how far apart two Gaussians are, fitted to features of generated and real images."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric


def fid(comparison: Comparison) -> dict[str, float]:
    """The squared distance between the Gaussians in double precision; it falls with the number of images."""
    return {"fid": comparison.frechet_distance()}


FID = Metric(
    name="fid",
    columns={"fid": Column("FID", "", lower_is_better=True, lowest=0.0, is_ratio=True)},
    function=fid,
    citation="Heusel et al. 2017, arXiv:1706.08500, equation 6",
    from_statistics=True,
    is_default=True,
)
