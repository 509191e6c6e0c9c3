"""FID at infinitely many generated images, and how sure it is."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric


def fid_infinity(comparison: Comparison) -> dict[str, float]:
    """The extrapolated FID and its standard error, on the device."""
    from benchmark.metrics.arithmetic.extrapolated_distance import extrapolated

    real = comparison.real.features
    (generated,) = comparison.on_device(comparison.generated)
    value, error = extrapolated(generated, real.mu, real.sigma, real.sigma_root)
    return {"fid_infinity": value, "fid_infinity_error": error}


def fewest_images(features: int) -> int:
    """How many images it takes of so many features."""
    from benchmark.metrics.arithmetic import extrapolated_distance

    return extrapolated_distance.fewest_images(features)


FID_INFINITY = Metric(
    name="fid_infinity",
    columns={
        # Near zero the extrapolation may end below it.
        "fid_infinity": Column("FID, extrapolated", "", lower_is_better=True),
        "fid_infinity_error": Column("FID, extrapolated, standard error", "", lower_is_better=None, lowest=0.0),
    },
    function=fid_infinity,
    citation="Chong and Forsyth 2020, arXiv:1911.07023, section 3",
    fewest_images=fewest_images,
    from_statistics=True,
)
