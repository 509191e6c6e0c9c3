"""A variant as a row of a table, to be held against what its source says."""

from ganzoo.variant import Variant, joined_names

Parts = tuple[str | int, ...]
Settings = tuple[str, dict[str, float]]


def parts(variant: Variant) -> Parts:
    """Architecture, loss, prior, latent size, batch size, penalties, constraint, averaging."""
    return (
        variant.architecture.name,
        variant.loss.name,
        variant.prior.name,
        variant.latent_size,
        variant.batch_size,
        joined_names(variant.penalties),
        variant.constraint.name,
        variant.averaging.name if variant.averaging else "none",
    )


def settings(variant: Variant) -> Settings:
    """Optimiser and default hyperparameters."""
    return variant.optimiser, variant.defaults.present()


def adam(lr: float, beta1: float, beta2: float, n_critic: float = 1, **others: float) -> Settings:
    """Adam with one learning rate for both players."""
    rates = {"lr_generator": lr, "lr_discriminator": lr}
    return "adam", rates | {"beta1": beta1, "beta2": beta2, "n_critic": n_critic} | others
