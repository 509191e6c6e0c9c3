"""LeCam regularisation: each kind's logits are drawn to where those of the other kind have been."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from torch import Tensor

from ganzoo.components import Loss, Weights

DECAY = 0.99
WEIGHT = 0.3
CITATION = "Tseng et al. 2021, arXiv:2104.03310, section 3"

Objective = Callable[[Tensor, Tensor], Tensor]


def lecam_discriminator(
    real_logits: Tensor,
    fake_logits: Tensor,
    real_average: Tensor,
    fake_average: Tensor,
    strength: Tensor,
    *,
    objective: Objective,
) -> Tensor:
    """L + lambda ((D(x) - a_F)^2 + (D(G(z)) - a_R)^2); (N,), (N,) -> (N,).

    Args:
        real_logits: Logits on real images (N,).
        fake_logits: Logits on generated images (N,).
        real_average: a_R (), the moving average of logits on real images.
        fake_average: a_F (), the moving average of logits on generated images.
        strength: lambda (), 0 until there are averages.
        objective: L, the discriminator's own.
    """
    # The paper's form. Its authors' code has relu(D(x) - a_F) and relu(a_R - D(G(z))) in the squares, which differ
    # where a logit is on the other kind's far side.
    drawn = (real_logits - fake_average).square() + (fake_logits - real_average).square()
    return objective(real_logits, fake_logits) + strength * drawn


def lecam_generator(
    real_logits: Tensor,
    fake_logits: Tensor,
    real_average: Tensor,
    fake_average: Tensor,
    strength: Tensor,
    *,
    objective: Objective,
) -> Tensor:
    """The generator's own, which LeCam leaves alone; (N,), (N,) -> (N,)."""
    return objective(real_logits, fake_logits)


def next_averages(state: Weights, real_logits: Tensor, fake_logits: Tensor, settings: Weights) -> Weights:
    """Next a = 0.99 a + 0.01 mean D for both kinds, from the first batch's means on; (), (N,), (N,), () -> ().

    Args:
        state: `real_average` (), `fake_average` () and `strength` (), 0 before the first update.
        real_logits: Logits on real images (N,).
        fake_logits: Logits on generated images (N,).
        settings: `lecam_weight`, lambda () >= 0.

    Returns:
        The same after this update, which carry no gradient.

    References:
        Tseng et al. 2021, arXiv:2104.03310, section 3.
    """
    # Averages of nothing would draw all logits to 0: they begin at the first batch, whose strength is still 0. With a
    # weight of 0 they begin again and again, and nothing reads them.
    kept = DECAY * (state["strength"] > 0).to(real_logits.dtype)
    means = {"real_average": real_logits.detach().mean(), "fake_average": fake_logits.detach().mean()}
    averages = {name: (kept * state[name] + (1 - kept) * mean).detach() for name, mean in means.items()}
    return averages | {"strength": settings["lecam_weight"].detach().to(real_logits.dtype)}


def lecam(loss: Loss) -> Loss:
    """A loss without state, with LeCam regularisation: its name ends in `-lecam`.

    Args:
        loss: Of which both players keep their own objectives.
    """
    return replace(
        loss,
        name=f"{loss.name}-lecam",
        discriminator=partial(lecam_discriminator, objective=loss.discriminator),
        generator=partial(lecam_generator, objective=loss.generator),
        citation=f"{CITATION}, with decay {DECAY} and weight {WEIGHT}, those of its authors' code for BigGAN on CIFAR; "
        f"{loss.citation}",
        limits="For small data sets: it keeps logits on both kinds near each other. Averages begin at the first batch; "
        "the squares are the paper's, without the rectifiers of its authors' code. The weight is the one for hinge "
        "and BigGAN on CIFAR, and is to be searched elsewhere.",
        # The squares grow faster than any slope is worth.
        unbounded=False,
        state={"real_average": 0.0, "fake_average": 0.0, "strength": 0.0},
        next_state=next_averages,
        defaults={**loss.defaults, "lecam_weight": WEIGHT},
    )
