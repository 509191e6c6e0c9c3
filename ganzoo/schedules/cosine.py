"""The cosine decay: learning rates stay high at first, fall fastest half way and reach 0 at the end of training."""

from math import cos, pi

from ganzoo.components import Schedule


def cosine(progress: float) -> float:
    """(1 + cos(pi p)) / 2, with p the share of training that is done; [0, 1) -> (0, 1]."""
    return (1.0 + cos(pi * progress)) / 2


COSINE = Schedule(
    name="cosine",
    citation="Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5 (no restarts, lowest rate 0); used for GANs by "
    "Huang et al. 2024, arXiv:2501.05441",
    factor=cosine,
    limits="Bound to the length of training: scores on the way have not seen the low rates yet, and a run cannot be "
    "lengthened.",
)
