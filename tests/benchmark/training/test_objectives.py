"""What each player minimises, against numbers worked out by hand for linear players."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from linear_players import BATCH, CRITIC, LINEAR, SIDE, flat_critic, flat_generator, linear, model_of, step
from torch import Tensor, nn

from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.objectives import StepInputs, discriminator_objective, generator_objective
from benchmark.training.step import next_inputs, step_inputs
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.losses import WASSERSTEIN
from ganzoo.registry import VARIANTS


def softplus(logit: float) -> float:
    return float(torch.tensor(logit, dtype=torch.float64).exp().log1p())


@pytest.mark.parametrize("penalty_weight", [0.0, 0.1, 10.0])
def test_penalty_of_a_critic_with_gradient_norm_five(penalty_weight: float) -> None:
    """Wasserstein: 1.2 - 1.9; the penalty is (5 - 1)^2 = 16, times its weight."""
    model = linear("wgan-gp")
    loss, outputs = discriminator_objective(
        model, flat_critic(), step(model, flat_generator(), penalty_weight=penalty_weight)
    )
    assert loss.item() == pytest.approx(1.2 - 1.9 + 16 * penalty_weight, abs=1e-10)
    curves = {name: value.item() for name, value in outputs.curves.items()}
    assert curves == pytest.approx({"loss_discriminator": loss.item(), "output_real": 1.9, "output_fake": 1.2})


def test_gradient_of_the_penalty_by_hand() -> None:
    """d/dw of w(fake - real) + 10 (|w| - 1)^2 = -0.1 + 20 (5 - 1) w / 5, and the bias has none."""
    model, weights = linear("wgan-gp"), flat_critic().requires_grad_()
    loss, _ = discriminator_objective(model, weights, step(model, flat_generator(), penalty_weight=10.0))
    (gradient,) = torch.autograd.grad(loss, weights)
    expected = torch.zeros(32, dtype=torch.float64)
    expected[:4] = -0.1 + 80 * CRITIC[:4] / 5
    torch.testing.assert_close(gradient, expected, rtol=0, atol=1e-9)


def test_non_saturating_losses_and_probabilities_by_hand() -> None:
    model = linear("gan-mlp")
    loss, outputs = discriminator_objective(model, flat_critic(), step(model, flat_generator()))
    assert loss.item() == pytest.approx(softplus(-1.9) + softplus(1.2), abs=1e-12)
    assert outputs.curves["output_real"].item() == pytest.approx(1 / (1 + torch.e**-1.9), abs=1e-12)
    assert outputs.curves["output_fake"].item() == pytest.approx(1 / (1 + torch.e**-1.2), abs=1e-12)
    loss, outputs = generator_objective(model, flat_generator(), step(model, flat_critic()))
    assert loss.item() == pytest.approx(softplus(-1.2), abs=1e-12)
    assert {name: value.item() for name, value in outputs.curves.items()} == {"loss_generator": loss.item()}


def test_generators_gradient_by_hand() -> None:
    """Wasserstein's -D(G(z)): minus the critic's weight for a pixel's bias, times the mean latent for its weights."""
    model, weights = linear("wgan"), flat_generator().requires_grad_()
    asked = step(model, flat_critic())
    loss, _ = generator_objective(model, weights, asked)
    (gradient,) = torch.autograd.grad(loss, weights)
    expected = torch.zeros(32, dtype=torch.float64)
    expected[:8] = -torch.outer(CRITIC[:4], asked.latents.mean(0)).flatten()
    expected[16:20] = -CRITIC[:4]
    torch.testing.assert_close(gradient, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("relativistic", [True, False])
def test_only_a_relativistic_generator_sees_real_logits(relativistic: bool) -> None:
    """The mean of real - fake is 1.9 - 1.2; without sight of the real images it is 0 - 1.2."""
    loss = replace(WASSERSTEIN, generator=lambda real, fake: real - fake, relativistic=relativistic)
    model = linear("wgan")
    model = replace(model, variant=replace(model.variant, loss=loss))
    value, _ = generator_objective(model, flat_generator(), step(model, flat_critic()))
    assert value.item() == pytest.approx(1.9 * relativistic - 1.2, abs=1e-12)


def member(steps_made: StepInputs) -> StepInputs:
    """The first member's turn."""

    def row(part: Any) -> Any:
        return part[0] if isinstance(part, Tensor) else {name: value[0] for name, value in part.items()}

    return StepInputs(**{name: row(getattr(steps_made, name)) for name in steps_made.__dataclass_fields__})


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_discriminators_loss_reaches_its_own_weights_alone(
    variant: str, configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]
) -> None:
    trained = cohort(configs(variant)[:1], method="looped")
    # Residual branches that start at zero let no gradient through before they have moved.
    trained.advance(1)
    inputs = next_inputs("discriminator", trained.stacked)
    asked = member(step_inputs(trained.setup, "discriminator", trained.stacked, inputs))
    opponent = asked.opponent.clone().requires_grad_()
    weights = trained.stacked.discriminator.weights[0].clone().requires_grad_()
    loss, _ = discriminator_objective(trained.model, weights, replace(asked, opponent=opponent))
    own, others = torch.autograd.grad(loss, (weights, opponent), allow_unused=True)
    assert others is None
    parts = trained.model.discriminator.layout.unflatten(own)
    # The last bias moves real and fake logits alike, and Wasserstein losses take their difference.
    assert all(part.any() for name, part in parts.items() if name.endswith("weight"))


def dropout_critic(channels: int, resolution: int) -> nn.Module:
    """Each pixel passes or not: the logit is a sum of what the mask leaves."""
    critic = nn.Sequential(nn.Flatten(), KeyedDropout(0.5, 0), nn.Linear(channels * resolution**2, 1), nn.Flatten(0))
    return critic.double()


def test_real_and_fake_are_judged_under_dropout_masks_of_their_own() -> None:
    model = model_of(VARIANTS["wgan"], replace(LINEAR, discriminator=dropout_critic))
    asked = step(model, flat_generator())
    critic = dropout_critic(1, SIDE)
    critic.load_state_dict({"2.weight": CRITIC[None, :4], "2.bias": CRITIC[4:], "1.key": torch.tensor(0)})
    expected = []
    for key, pixel in ((1, 0.2), (2, 0.1)):
        critic.get_buffer("1.key").fill_(key)
        expected.append(critic(torch.full((BATCH, 1, SIDE, SIDE), pixel, dtype=torch.float64)).mean().item())
    _, outputs = discriminator_objective(model, flat_critic(), asked)
    ours = [outputs.curves[name].item() for name in ("output_real", "output_fake")]
    assert ours == pytest.approx(expected, abs=1e-12)
    assert expected[0] != pytest.approx(2 * expected[1] - 0.5)
