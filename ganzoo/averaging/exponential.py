"""The exponential moving average of the generator's weights."""

from functools import partial

from torch import Tensor

from ganzoo.components import Averaging


def warmed_up_decay(updates: Tensor, *, decay: float) -> Tensor:
    """min(decay, (1 + t) / (10 + t)) at update t; updates (K, 1), from 1 -> (K, 1).

    The average starts at the weights; without the second term a short run would end as a blend with its beginning. The
    term is TensorFlow's (`ExponentialMovingAverage` with `num_updates`).
    """
    return ((1 + updates) / (10 + updates)).clamp(max=decay)


EXPONENTIAL_AVERAGE = Averaging(
    name="ema",
    decay=partial(warmed_up_decay, decay=0.999),
    citation="Yazici et al. 2019, arXiv:1806.04498, equation 3; decay of Karras et al. 2018, arXiv:1710.10196, "
    "appendix A",
    limits="Batch norm's running statistics are not averaged: sample with accumulated ones, as specs do by default.",
)
