"""Boundary equilibrium: the discriminator rebuilds images, and a balance holds its two errors in proportion."""

from torch import Tensor

from ganzoo.components import Loss, Weights


def began_discriminator(real_logits: Tensor, fake_logits: Tensor, balance: Tensor) -> Tensor:
    """L(x) - k L(G(z)) with L = -logits; (N,), (N,) -> (N,).

    Args:
        real_logits: Minus the reconstruction errors of real images (N,), <= 0.
        fake_logits: Minus the reconstruction errors of generated images (N,), <= 0.
        balance: k (), in [0, 1].
    """
    return balance * fake_logits - real_logits


def began_generator(real_logits: Tensor, fake_logits: Tensor, balance: Tensor) -> Tensor:
    """L(G(z)) with L = -logits; (N,), (N,) -> (N,)."""
    return -fake_logits


def next_balance(state: Weights, real_logits: Tensor, fake_logits: Tensor, settings: Weights) -> Weights:
    """Next k = k + lambda (gamma mean L(x) - mean L(G(z))), held in [0, 1]; (), (N,), (N,), () -> ().

    Args:
        state: `balance`, k ().
        real_logits: Minus the reconstruction errors of real images (N,).
        fake_logits: Minus the reconstruction errors of generated images (N,).
        settings: `balance_gain`, lambda () > 0, and `diversity_ratio`, gamma () in [0, 1].

    Returns:
        `balance` after this update (), which carries no gradient.

    References:
        Berthelot et al. 2017, arXiv:1703.10717, section 3.4.
    """
    real_error, fake_error = -real_logits.detach().mean(), -fake_logits.detach().mean()
    step = settings["balance_gain"] * (settings["diversity_ratio"] * real_error - fake_error)
    return {"balance": (state["balance"] + step).detach().clamp(0, 1)}


BEGAN = Loss(
    name="began",
    discriminator=began_discriminator,
    generator=began_generator,
    citation="Berthelot et al. 2017, arXiv:1703.10717, section 3.4",
    limits="Needs an autoencoder as discriminator. A low diversity_ratio gives sharp images of few kinds, and so does "
    "a short training at the paper's balance_gain, with which the balance hardly moves.",
    signed=False,
    energy=True,
    state={"balance": 0.0},
    next_state=next_balance,
    defaults={"lr_generator": 1e-4, "lr_discriminator": 1e-4, "balance_gain": 0.001, "diversity_ratio": 0.5},
)
