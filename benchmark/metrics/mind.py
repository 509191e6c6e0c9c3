"""MIND, the Monge inception distance: how far apart generated and real features are along random directions."""

from functools import partial

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

SEED = 2020  # as of KID's subsets
DIRECTIONS = 1000  # where the mean alone differs, chance moves the average over L by root(2 / L): 4.5 %, for all alike
SCALE = 3  # times the number of features: the paper's


def mind(comparison: Comparison) -> dict[str, float]:
    """3 D times the mean over 1,000 directions of the squared Wasserstein distance of projections, in double precision.

    Directions are the same for every sample. Of as many generated as real images it is the paper's mean over ranks;
    where the numbers differ quantile functions are compared as they are, and no image is left out. What the real images
    are along the directions is kept from sample to sample where it fits into 128 MB.
    """
    import torch

    from benchmark.metrics.arithmetic import sliced_distance as sliced

    known = comparison.real.features
    generated, real = comparison.on_device(comparison.generated, known.pooled)
    features = real.shape[1]
    directions = known.once("directions", lambda: sliced.unit_directions(features, DIRECTIONS, SEED))
    kept = DIRECTIONS * len(real) <= sliced.BLOCK
    distances = []
    for number, block in enumerate(sliced.direction_blocks(directions, len(generated) + len(real))):
        project = partial(sliced.sorted_projections, real, block)
        theirs = known.once(("projections", number, len(block)), project) if kept else project()
        distances.append(sliced.sliced_distance(sliced.sorted_projections(generated, block), theirs))
    return {"mind": SCALE * features * torch.cat(distances).mean().item()}


MIND = Metric(
    name="mind",
    columns={"mind": Column("MIND", "", lower_is_better=True, lowest=0.0, is_ratio=True)},
    function=mind,
    citation="Berthet et al. 2026, arXiv:2605.06797",
)
