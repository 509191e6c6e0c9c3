"""The relativistic average loss: each image against the average of the other kind."""

from torch import Tensor
from torch.nn.functional import logsigmoid

from ganzoo.components import Loss


def relativistic_average_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log sigmoid(D(x) - mean D(G(z))) - log(1 - sigmoid(D(G(z)) - mean D(x))); (N,), (N,) -> (N,)."""
    return -logsigmoid(real_logits - fake_logits.mean()) - logsigmoid(real_logits.mean() - fake_logits)


def relativistic_average_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log sigmoid(D(G(z)) - mean D(x)) - log(1 - sigmoid(D(x) - mean D(G(z)))); (N,), (N,) -> (N,)."""
    return relativistic_average_discriminator(fake_logits, real_logits)


RELATIVISTIC_AVERAGE = Loss(
    name="relativistic-average",
    discriminator=relativistic_average_discriminator,
    generator=relativistic_average_generator,
    citation="Jolicoeur-Martineau 2018, arXiv:1807.00734, section 4 (RaSGAN)",
    limits="Only differences of logits count, so one logit alone says nothing; each value depends on the whole batch.",
    relativistic=True,
    signed=False,
)
