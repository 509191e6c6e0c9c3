"""Memorisation: are generated images nearer to train images than unseen real ones are?"""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric, Need


def memorisation(comparison: Comparison) -> dict[str, float]:
    """How often a generated image is nearer to its nearest train image, and the z-score of that, on the device."""
    from benchmark.metrics.arithmetic import memorisation as arithmetic

    real = comparison.real
    assert real.train is not None
    sets = comparison.on_device(comparison.generated, real.train, real.features.pooled)
    probability, deviations = arithmetic.memorisation(*sets)
    return {"memorisation": probability, "memorisation_z": deviations}


MEMORISATION = Metric(
    name="memorisation",
    columns={
        "memorisation": Column("Memorisation", "", lower_is_better=True, lowest=0.0),
        "memorisation_z": Column("Memorisation, deviations from 0.5, which is none", "", lower_is_better=None),
    },
    function=memorisation,
    citation="Meehan et al. 2020, arXiv:2004.05675, section 3, the global test with its sign turned",
    needs=(Need.TRAIN_IMAGES,),
)
