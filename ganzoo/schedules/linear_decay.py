"""The linear decay: learning rates fall in a straight line to 0 at the end of training."""

from ganzoo.components import Schedule


def linear_decay(progress: float) -> float:
    """1 - p, with p the share of training that is done; [0, 1) -> (0, 1]."""
    return 1.0 - progress


LINEAR_DECAY = Schedule(
    name="linear-decay",
    citation="Gulrajani et al. 2017, arXiv:1704.00028, appendix on the CIFAR-10 ResNet; Miyato et al. 2018, "
    "arXiv:1802.05957, appendix B",
    factor=linear_decay,
    limits="Bound to the length of training: scores on the way have not seen the low rates yet, and a run cannot be "
    "lengthened.",
)
