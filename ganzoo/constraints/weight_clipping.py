"""Weight clipping: after every discriminator update all its weights are brought back into a box."""

from torch import Tensor

from ganzoo.components import Constraint


def clip_weights(weights: Tensor, clip: Tensor) -> Tensor:
    """Flat weights (..., P) clamped to [-clip, clip], with clip (..., 1) > 0."""
    return weights.clamp(-clip, clip)


WEIGHT_CLIPPING = Constraint(
    name="weight-clipping",
    citation="Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, line 7",
    limits="Pushes weights to the ends of the box, and slopes to where they vanish or explode (Gulrajani et al. 2017).",
    project=clip_weights,
    bounds_slope=True,
    defaults={"clip": 0.01},
)
