"""What penalties, constraints, labels and a loss with state add, by hand for linear players."""

from dataclasses import replace

import pytest
import torch
from linear_players import BATCH, CRITIC, LINEAR, SIDE, flat_critic, flat_generator, model_of, step
from torch import Tensor, nn

from benchmark.training.objectives import discriminator_objective, generator_objective
from ganzoo.components import Loss, Penalty, Weights
from ganzoo.constraints import ORTHOGONAL
from ganzoo.losses import BEGAN, WASSERSTEIN
from ganzoo.penalties import GRADIENT_PENALTY, R1, R2
from ganzoo.registry import VARIANTS
from ganzoo.variant import Variant

WGAN_GP = VARIANTS["wgan-gp"]
# 1.2 - 1.9: the loss of the linear critic.
DIFFERENCE = -0.7


@pytest.mark.parametrize(
    ("penalties", "total"),
    [
        ((R1,), 25 / 2),
        ((R1, R2), 25 / 2 + 25 / 2),
        ((GRADIENT_PENALTY, R2), 16 + 25 / 2),
        ((GRADIENT_PENALTY, R1, R2), 16 + 25),
    ],
)
def test_several_penalties_are_summed_under_one_weight(penalties: tuple[Penalty, ...], total: float) -> None:
    """|gradient| is 5: gp is (5 - 1)^2 = 16, and r1 and r2 are 25 / 2 each."""
    model = model_of(replace(WGAN_GP, penalties=penalties))
    loss, _ = discriminator_objective(model, flat_critic(), step(model, flat_generator(), penalty_weight=0.3))
    assert loss.item() == pytest.approx(DIFFERENCE + 0.3 * total, abs=1e-10)


def test_each_penalty_reads_the_noise_of_its_name() -> None:
    """They give back the mean of what they are given: 2 and 30, an image."""
    read = Penalty("one", lambda judge, real, fake, noise: noise.mean(1), "these tests", 1.0)
    model = model_of(replace(WGAN_GP, penalties=(read, replace(read, name="two"))))
    asked = step(model, flat_generator(), penalty_weight=1.0)
    noise = {name: torch.full((BATCH, 4), value).double() for name, value in (("one", 2.0), ("two", 30.0))}
    loss, _ = discriminator_objective(model, flat_critic(), replace(asked, noise=noise))
    assert loss.item() == pytest.approx(DIFFERENCE + 32, abs=1e-10)


def with_defaults(variant: Variant) -> Variant:
    """A variant that says all that its parts read; each test gives its own values."""
    return replace(variant, defaults=replace(variant.defaults, clip=1.0, constraint_weight=1.0))


@pytest.mark.parametrize("weight", [0.0, 1e-4, 0.5])
def test_orthogonal_term_of_the_linear_critic(weight: float) -> None:
    """Its weight is one row w with |w|^2 = 25, so ||w w' - 1||^2 = 24^2; the bias is no matrix."""
    model = model_of(with_defaults(replace(VARIANTS["hinge"], loss=WASSERSTEIN, constraint=ORTHOGONAL)))
    weights = flat_critic().requires_grad_()
    loss, outputs = discriminator_objective(model, weights, step(model, flat_generator(), constraint_weight=weight))
    assert loss.item() == pytest.approx(DIFFERENCE + weight * 24**2, abs=1e-10)
    assert outputs.curves["loss_discriminator"].item() == loss.item()
    # d/dw of (|w|^2 - 1)^2 is 4 (|w|^2 - 1) w.
    (gradient,) = torch.autograd.grad(loss, weights)
    torch.testing.assert_close(gradient[:4], -0.1 + weight * 4 * 24 * CRITIC[:4], rtol=0, atol=1e-9)
    assert gradient[16].item() == pytest.approx(0, abs=1e-12)


def test_the_generator_minimises_no_term_of_the_discriminator_s() -> None:
    model = model_of(with_defaults(replace(WGAN_GP, penalties=(R1,), constraint=ORTHOGONAL)))
    asked = replace(step(model, flat_critic(), penalty_weight=10.0, constraint_weight=10.0), noise={})
    assert generator_objective(model, flat_generator(), asked)[0].item() == pytest.approx(-1.2, abs=1e-12)


def test_began_s_balance_by_hand() -> None:
    """Of k = 0.5 and energies -1.9 and -1.2: a loss of 0.5 * 1.2 - 1.9, and k moves by 0.01 (0.4 * (-1.9) + 1.2)."""
    model = model_of(replace(VARIANTS["began"], loss=BEGAN))
    asked = step(model, flat_generator(), balance_gain=0.01, diversity_ratio=0.4)
    asked = replace(asked, loss={"balance": torch.tensor(0.5).double()})
    loss, outputs = discriminator_objective(model, flat_critic(), asked)
    assert loss.item() == pytest.approx(0.5 * 1.2 - 1.9, abs=1e-12)
    assert outputs.loss["balance"].item() == pytest.approx(0.5 + 0.0044, abs=1e-12)
    loss, outputs = generator_objective(model, flat_generator(), replace(asked, opponent=flat_critic()))
    assert loss.item() == pytest.approx(-1.2, abs=1e-12)
    assert outputs.loss["balance"].item() == 0.5


def test_a_loss_is_given_its_state_and_the_logits_without_their_gradients() -> None:
    """It remembers the highest real logit and adds it to both objectives."""

    def following(state: Weights, real: Tensor, fake: Tensor, hyperparameters: Weights) -> Weights:
        assert not real.requires_grad
        assert not fake.requires_grad
        return {"highest": torch.maximum(state["highest"], real.max() + hyperparameters["clip"])}

    loss = Loss(
        name="remembering",
        discriminator=lambda real, fake, highest: fake - real + highest,
        generator=lambda real, fake, highest: -fake + highest,
        citation="these tests",
        state={"highest": 1.0},
        next_state=following,
    )
    model = model_of(with_defaults(replace(VARIANTS["dcgan"], loss=loss)))
    value, outputs = discriminator_objective(model, flat_critic(), step(model, flat_generator(), clip=0.1))
    assert value.item() == pytest.approx(DIFFERENCE + 1.0, abs=1e-12)
    assert outputs.loss["highest"].item() == pytest.approx(1.9 + 0.1, abs=1e-12)
    later = replace(step(model, flat_critic()), loss=outputs.loss)
    assert generator_objective(model, flat_generator(), later)[0].item() == pytest.approx(-1.2 + 2.0, abs=1e-12)


class Labelled(nn.Module):
    """A linear player with a row of weights a class."""

    def __init__(self, inputs: int, outputs: int, classes: int) -> None:
        super().__init__()
        self.rows = nn.Embedding(classes, outputs)
        self.inputs = inputs

    def forward(self, batch: Tensor, labels: Tensor) -> Tensor:
        own: Tensor = self.rows(labels)
        if self.inputs == 2:
            return (own.view(-1, 1, SIDE, SIDE) + 0 * batch.sum()).clamp(-1, 1)
        return (batch.flatten(1) * own).sum(1)


def test_labels_reach_both_players() -> None:
    """In a batch 0 1 2 0 1 2, class c paints pixels 0.1 (c + 1) and is judged by 10^c times the sum of four pixels."""
    pair = replace(
        LINEAR,
        generator=lambda latent_size, channels, resolution, classes: Labelled(2, 4, classes),
        discriminator=lambda channels, resolution, classes: Labelled(4, 4, classes),
        conditional=True,
    )
    model = model_of(VARIANTS["wgan"], pair)
    painting, judging = torch.zeros(16, dtype=torch.float64), torch.zeros(16, dtype=torch.float64)
    for label in range(3):
        painting[4 * label : 4 * label + 4] = 0.1 * (label + 1)
        judging[4 * label : 4 * label + 4] = 10.0**label
    fake = (4 * 0.1 + 4 * 0.2 * 10 + 4 * 0.3 * 100) / 3
    _, outputs = discriminator_objective(model, judging, step(model, painting))
    assert outputs.curves["output_real"].item() == pytest.approx(4 * 0.2 * 111 / 3, abs=1e-7)
    assert outputs.curves["output_fake"].item() == pytest.approx(fake, abs=1e-7)
    loss, _ = generator_objective(model, painting, step(model, judging))
    assert loss.item() == pytest.approx(-fake, abs=1e-7)
    # A penalty's critic judges each image under its own label: slopes are 2 * 10^c.
    model = model_of(replace(WGAN_GP, penalties=(R1,)), pair)
    value, _ = discriminator_objective(model, judging, step(model, painting, penalty_weight=1.0))
    slopes = (4 * (1 + 100 + 10000)) / 3 / 2
    assert value.item() == pytest.approx(fake - 4 * 0.2 * 111 / 3 + slopes, abs=1e-7)
