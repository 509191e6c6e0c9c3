"""The relativistic pairing loss: each real image against one generated image."""

from torch import Tensor
from torch.nn.functional import logsigmoid

from ganzoo.components import Loss


def relativistic_pairing_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log sigmoid(D(x) - D(G(z))); (N,), (N,) -> (N,)."""
    return -logsigmoid(real_logits - fake_logits)


def relativistic_pairing_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """-log sigmoid(D(G(z)) - D(x)); (N,), (N,) -> (N,)."""
    return -logsigmoid(fake_logits - real_logits)


RELATIVISTIC_PAIRING = Loss(
    name="relativistic-pairing",
    discriminator=relativistic_pairing_discriminator,
    generator=relativistic_pairing_generator,
    citation="Jolicoeur-Martineau 2018, arXiv:1807.00734, section 4 (RSGAN); Huang et al. 2024, arXiv:2501.05441",
    limits="Only differences of logits count; it circles unless R1 and R2 are added, as Huang et al. 2024 do (R3GAN).",
    relativistic=True,
    signed=False,
)
