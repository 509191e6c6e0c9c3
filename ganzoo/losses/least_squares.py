"""Least squares on logits, with the targets 0 and 1."""

from torch import Tensor

from ganzoo.components import Loss


def least_squares_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """(D(x) - 1)^2 / 2 + D(G(z))^2 / 2; (N,), (N,) -> (N,)."""
    return 0.5 * ((real_logits - 1).square() + fake_logits.square())


def least_squares_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """(D(G(z)) - 1)^2 / 2; (N,), (N,) -> (N,)."""
    return 0.5 * (fake_logits - 1).square()


LEAST_SQUARES = Loss(
    name="least-squares",
    discriminator=least_squares_discriminator,
    generator=least_squares_generator,
    citation="Mao et al. 2017, arXiv:1611.04076, equation 9 (a = 0, b = c = 1)",
    limits="Logits are unbounded and so are gradients: one far logit can rule a batch. Never put a sigmoid before it.",
)
