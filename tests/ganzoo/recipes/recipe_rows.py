"""A recipe as a row of a table, to be held against what its source says."""

from ganzoo.parts import joined_names
from ganzoo.variant import Variant

Parts = tuple[str | int, ...]
Settings = tuple[str, dict[str, float]]


def parts(recipe: Variant) -> Parts:
    """Architecture, loss, prior, latent size, batch size, penalties, constraint, averaging."""
    return (
        recipe.architecture.name,
        recipe.loss.name,
        recipe.prior.name,
        recipe.latent_size,
        recipe.batch_size,
        joined_names(recipe.penalties),
        recipe.constraint.name,
        recipe.averaging.name if recipe.averaging else "none",
    )


def settings(recipe: Variant) -> Settings:
    """Optimiser and default hyperparameters."""
    return recipe.optimiser, recipe.defaults.present()


def adam(lr: float, beta1: float, beta2: float, n_critic: float = 1, **others: float) -> Settings:
    """Adam with one learning rate for both players."""
    rates = {"lr_generator": lr, "lr_discriminator": lr}
    return "adam", rates | {"beta1": beta1, "beta2": beta2, "n_critic": n_critic} | others
